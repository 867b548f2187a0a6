#include "sweeps/reaching.h"

#include <algorithm>
#include <limits>

namespace wg {
namespace {

class Components {
 public:
  Components(const Rows& edges, const Rows& sets, std::int64_t columns, std::size_t most)
      : edges_(edges),
        sets_(sets),
        unions_(columns, most),
        lowest_(edges.size()),
        of_(edges.size(), unknown) {}

  Pattern run() {
    for (std::uint32_t node = 0; node < edges_.size(); ++node) {
      if (lowest_[node] == 0) visit(node);
    }
    Pattern pattern;
    pattern.of.assign(of_.begin(), of_.end());
    pattern.sets = unions_.take();
    return pattern;
  }

 private:
  static constexpr std::uint32_t unknown = std::numeric_limits<std::uint32_t>::max();

  /// A node on the path from where the search began, and its next edge.
  struct Visit {
    std::uint32_t node, number;
    std::size_t next = 0;
  };

  /// Depth first, without recursion.
  void visit(std::uint32_t root) {
    std::vector<Visit> path;
    const auto enter = [&](std::uint32_t node) {
      lowest_[node] = ++count_;
      path.push_back({node, count_});
      open_.push_back(node);
    };
    enter(root);
    while (!path.empty()) {
      Visit& own = path.back();
      const auto to = edges_[own.node];
      if (own.next < to.size()) {
        const auto next = static_cast<std::uint32_t>(to[own.next++]);
        if (lowest_[next] == 0)
          enter(next);
        else if (of_[next] == unknown)
          lowest_[own.node] = std::min(lowest_[own.node], lowest_[next]);
        continue;
      }
      const Visit left = own;
      path.pop_back();
      if (lowest_[left.node] == left.number) close(left.node);
      if (!path.empty()) {
        std::uint32_t& lowest = lowest_[path.back().node];
        if (of_[left.node] == unknown) lowest = std::min(lowest, lowest_[left.node]);
      }
    }
  }

  /// All that was opened since the node was is on a circle with it.
  void close(std::uint32_t first) {
    const auto begin = std::ranges::find(open_.rbegin(), open_.rend(), first).base() - 1;
    for (auto node = begin; node != open_.end(); ++node) {
      unions_.add(sets_[*node]);
      for (const std::int32_t next : edges_[*node]) {
        const std::uint32_t set = of_[static_cast<std::size_t>(next)];
        if (set == unknown || (!joined_.empty() && joined_.back() == set)) continue;
        joined_.push_back(set);
      }
    }
    std::ranges::sort(joined_);
    joined_.erase(std::ranges::unique(joined_).begin(), joined_.end());
    for (const std::uint32_t set : joined_) {
      const auto own = unions_[set];
      const std::vector<std::int32_t> copy(own.begin(), own.end());  // they move as one is added
      unions_.add(copy);
    }
    joined_.clear();
    const std::uint32_t set = unions_.close();
    for (auto node = begin; node != open_.end(); ++node) of_[*node] = set;
    open_.erase(begin, open_.end());
  }

  const Rows& edges_;
  const Rows& sets_;
  Unions unions_;
  std::vector<std::uint32_t>
      lowest_;                     // by node: the first of its circle, as they are met; 0: unmet
  std::vector<std::uint32_t> of_;  // by node: its set
  std::vector<std::uint32_t> open_, joined_;
  std::uint32_t count_ = 0;
};

}  // namespace

Pattern joined_along(const Rows& edges, const Rows& sets, std::int64_t columns, std::size_t most) {
  return Components(edges, sets, columns, most).run();
}

}  // namespace wg
