// A doubly linked list whose nodes live in the objects themselves: linking and unlinking never allocate, and
// an object that is destroyed leaves its lists by itself. Owned by one thread. `Tag` lets an object be in
// several lists.
#pragma once

namespace assay::net {

template <class Tag>
class ListHook {
 public:
  ListHook() = default;
  ~ListHook() { unlink(); }
  ListHook(const ListHook&) = delete;
  ListHook& operator=(const ListHook&) = delete;

  bool linked() const { return next_ != this; }
  void unlink() {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = previous_ = this;
  }

 private:
  template <class, class>
  friend class IntrusiveList;

  ListHook* next_ = this;
  ListHook* previous_ = this;
};

// T derives from ListHook<Tag>. First in, first out.
template <class T, class Tag>
class IntrusiveList {
 public:
  bool empty() const { return !head_.linked(); }

  void push_back(ListHook<Tag>& hook) {
    hook.unlink();
    hook.previous_ = head_.previous_;
    hook.next_ = &head_;
    head_.previous_->next_ = &hook;
    head_.previous_ = &hook;
  }

  // Not empty.
  T& pop_front() {
    ListHook<Tag>& hook = *head_.next_;
    hook.unlink();
    return static_cast<T&>(hook);
  }

  // Takes over everything in `other`.
  void take_all(IntrusiveList& other) {
    while (!other.empty()) push_back(*other.head_.next_);
  }

 private:
  ListHook<Tag> head_;
};

}  // namespace assay::net
