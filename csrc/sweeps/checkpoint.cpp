#include "sweeps/checkpoint.h"

#include <algorithm>

#include "graph/leaf_cell.h"
#include "graph/recording.h"
#include "primitives/body.h"
#include "primitives/indexing.h"
#include "primitives/registry.h"
#include "sweeps/fingerprint.h"
#include "sweeps/forward.h"
#include "sweeps/rerun.h"
#include "sweeps/reverse.h"
#include "sweeps/sparsity.h"

namespace wg {
namespace {

/// The entries of rows in some columns, which are the elements of an operand.
void state_part(const Rows& rows, std::int64_t first, std::int64_t size, int operand,
                Dependence& dependence) {
  std::vector<std::int64_t> outputs, elements;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const std::int32_t column : rows[i]) {
      if (column < first || column >= first + size) continue;
      outputs.push_back(static_cast<std::int64_t>(i));
      elements.push_back(column - first);
    }
  }
  const auto array = [](const std::vector<std::int64_t>& numbers) {
    Array all = Array::empty(DType::int64, Shape{static_cast<std::int64_t>(numbers.size())});
    std::ranges::copy(numbers, all.mutable_data<std::int64_t>());
    return all;
  };
  dependence.on_pairs(operand, array(outputs), array(elements));
}

class Checkpoint final : public Body {
 public:
  Checkpoint(std::shared_ptr<const Program> program, std::shared_ptr<const Keep> keep,
             std::vector<std::pair<std::uint32_t, Array>> kept)
      : program_(std::move(program)), keep_(std::move(keep)), kept_(std::move(kept)) {}

  Type infer(std::span<const Type>) const override { return program_->end.type(); }

  Array evaluate(std::span<Tensor> x) const override {
    Evaluate evaluate;
    return program_->run(x, evaluate).value;
  }

  void pull(std::span<const Var> x, const Var& ct,
            std::span<Contribution> contributions) const override {
    Rerun rerun(x, ct.builder->records());
    const Tensor end = program_->run(rerun.values(), rerun.builder(), kept_);
    rerun.close();
    const std::vector<Tensor> cts =
        reverse_sweep(std::span(&end, 1), std::span(&ct.tensor, 1), rerun.leaves(), rerun.record());
    rerun.contribute(cts, ct, contributions);
  }

  Var push(std::span<const Var> x, std::span<const Var> tangents) const override {
    Builder& builder = *x[0].builder;
    Rerun rerun(x, builder.records(), tangents);
    const Tensor end = program_->run(rerun.values(), rerun.builder(), kept_);
    rerun.close();
    Tensor out =
        forward_sweep(std::span(&end, 1), rerun.leaves(), rerun.tangents(), rerun.record())[0];
    return out.value.is_defined() ? builder.var(std::move(out)) : Var();
  }

  Var batch(std::span<Var> x, std::span<const bool> is_batched) const override {
    Builder& builder = *x[0].builder;
    const std::int64_t count = batch_length(x, is_batched);
    bool is_recorded = false;
    std::vector<Tensor> values;
    for (std::size_t k = 0; k < x.size(); ++k) {
      is_recorded |= builder.records() && x[k].tensor.is_tracked();
      values.push_back(std::move(x[k].tensor));
      values.back().value.set_batched(is_batched[k]);
    }
    const std::uint64_t since = sequence_of_now();
    const auto run = [&] {
      Batch batch(builder);
      Tensor end = program_->run(values, batch);
      const bool has_axis = end.value.is_batched();
      end.value.set_batched(false);
      return with_batch_axis(builder.var(std::move(end)), has_axis, count);
    };
    if (!is_recorded) return run();
    Var end;
    {
      OpenRecording open;
      end = run();
    }
    return builder.var(checkpointed(end.tensor, since, keep_));
  }

  bool is_holomorphic() const override { return program_->is_holomorphic; }

  Ref<Payload> without_values() const override {
    return Ref<Payload>::adopt(new Checkpoint(program_, keep_, {}));
  }

  void sparsity(std::span<const Tensor>, const Type&, Dependence& dependence) const override {
    const Rows rows =
        leaf_rows(sparsity_sweep(program_->order, std::span(&program_->end, 1), program_->leaves));
    std::int64_t first = 0;
    for (std::size_t k = 0; k < program_->leaves.size(); ++k) {
      const std::int64_t size = program_->leaves[k]->layout().size();
      state_part(rows, first, size, static_cast<int>(k), dependence);
      first += size;
    }
  }

  void words(std::vector<std::int64_t>& words, bool do_constants_count) const override {
    const Table<std::int64_t> print =
        fingerprint(program_->order, std::span(&program_->end, 1), program_->leaves,
                    do_constants_count ? Constants::count : Constants::differ);
    words.insert(words.end(), print.begin(), print.end());
  }

  std::string text() const override { return "operations=" + std::to_string(program_->operations); }

 private:
  std::shared_ptr<const Program> program_;
  std::shared_ptr<const Keep> keep_;
  std::vector<std::pair<std::uint32_t, Array>> kept_;
};

}  // namespace

Ref<Payload> checkpoint_of(std::shared_ptr<const Program> program) {
  static const auto nothing = std::make_shared<const Keep>();
  return Ref<Payload>::adopt(new Checkpoint(std::move(program), nothing, {}));
}

Tensor checkpointed(const Tensor& end, std::uint64_t since,
                    const std::shared_ptr<const Keep>& keep) {
  if (!end.is_tracked() || end.node->sequence() <= since) return end;
  Captured captured = capture(end, since, *keep);
  std::vector<const Tensor*> operands;
  for (const Tensor& operand : captured.operands) operands.push_back(&operand);
  auto payload = Ref<Payload>::adopt(
      new Checkpoint(std::move(captured.program), keep, std::move(captured.kept)));
  return record(body_primitive(), std::move(payload), operands, end.value);
}

}  // namespace wg
