package io.rangefinder.capture.hooks;

/**
 * The TorchScript functions that look at a tensor. A row is {@link HookedProgram#COLUMNS} numbers;
 * {@code i} is the index of its first.
 */
final class ObserverCode {

    /** A row that saw nothing. */
    static final String EMPTY_ROW = "[0., inf, -inf, 0., 0., 0., 0.]";

    private ObserverCode() {}

    /**
     * Hooks call them through the interface {@code Observer}, which PyTorch's JIT cannot see
     * through: were they inlined at every hook point, its passes would take minutes for a large
     * model where they now take a second. {@code Box} is what hides the class from it. As the JIT
     * then does not see who writes to the rows either, they are made behind the interface, too.
     * Autocast is the exception: its pass takes a graph with no such call, so there the class is
     * passed itself.
     *
     * <p>{@code tensor} costs one pass over the tensor: as NaN and infinities show in the minimum
     * and the maximum, they are counted only if there are any. Types go by PyTorch's numbers
     * ({@code c10/core/ScalarType.h}): 5 to 7 are float16, float32 and float64, 15 is bfloat16, 23
     * to 26 are the float8 types, which must be widened first. An undefined tensor, such as
     * attention gives for weights that nobody needs, has a number of its own; it must not reach an
     * operator.
     */
    static String source() {
        return """
        class Observer(Interface):
          def start(self, n: int) -> NoneType:
            pass
          def tensor(self, x: Tensor, i: int) -> NoneType:
            pass
          def optional(self, x: Optional[Tensor], i: int) -> NoneType:
            pass
          def any(self, x: Any, i: int) -> NoneType:
            pass
          def table(self) -> Tensor:
            pass
        class Table:
          rows : List[float]
          def __init__(self: __torch__.MODULE.Table) -> NoneType:
            self.rows = annotate(List[float], [])
            return None
          def start(self: __torch__.MODULE.Table, n: int) -> NoneType:
            self.rows = torch.mul(EMPTY, n)
            return None
          def tensor(self: __torch__.MODULE.Table, x: Tensor, i: int) -> NoneType:
            __torch__.MODULE.tensor(x, self.rows, i)
            return None
          def optional(self: __torch__.MODULE.Table, x: Optional[Tensor], i: int) -> NoneType:
            __torch__.MODULE.optional(x, self.rows, i)
            return None
          def any(self: __torch__.MODULE.Table, x: Any, i: int) -> NoneType:
            __torch__.MODULE.any(x, self.rows, i)
            return None
          def table(self: __torch__.MODULE.Table) -> Tensor:
            return torch.tensor(self.rows, dtype=7)
        class Box:
          observer : __torch__.MODULE.Observer
          def __init__(self: __torch__.MODULE.Box, observer: __torch__.MODULE.Observer) -> NoneType:
            self.observer = observer
            return None
        def new_Table(rows: int) -> __torch__.MODULE.Table:
          table = __torch__.MODULE.Table.__new__(__torch__.MODULE.Table)
          _0 = (table).__init__()
          _1 = (table).start(rows, )
          return table
        def new_Observer(rows: int) -> __torch__.MODULE.Observer:
          table = __torch__.MODULE.Table.__new__(__torch__.MODULE.Table)
          _0 = (table).__init__()
          box = __torch__.MODULE.Box.__new__(__torch__.MODULE.Box)
          _1 = (box).__init__(table, )
          observer = box.observer
          _2 = (observer).start(rows, )
          return observer
        def tensor(x: Tensor, rows: List[float], i: int) -> NoneType:
          dtype = ops.prim.dtype(x)
          if __torch__.MODULE.is_float(dtype):
            n = torch.numel(x)
            if torch.gt(n, 0):
              y = __torch__.MODULE.readable(x, dtype)
              low, high, = torch.aminmax(y)
              a = float(low)
              b = float(high)
              if torch.lt(torch.sub(b, a), inf):
                __torch__.MODULE.add(rows, i, a, b, n)
              else:
                __torch__.MODULE.special(y, rows, i, n)
          else:
            _0 = torch._set_item(rows, torch.add(i, 6), torch.add(torch.__getitem__(rows, torch.add(i, 6)), 1.))
          return None
        def is_float(dtype: int) -> bool:
          if torch.lt(dtype, 8):
            answer = torch.gt(dtype, 4)
          else:
            if torch.eq(dtype, 15):
              answer = True
            else:
              if torch.gt(dtype, 22):
                answer = torch.lt(dtype, 27)
              else:
                answer = False
          return answer
        def readable(x: Tensor, dtype: int) -> Tensor:
          if ops.prim.is_mkldnn(x):
            y = torch.to_dense(x)
          else:
            if ops.prim.is_sparse(x):
              y = torch.to_dense(x)
            else:
              if ops.prim.is_nested(x):
                y = torch.values(x)
              else:
                if torch.gt(dtype, 15):
                  y = torch.to(x, 6)
                else:
                  y = x
          return y
        def add(rows: List[float], i: int, a: float, b: float, n: int) -> NoneType:
          _0 = torch._set_item(rows, i, torch.add(torch.__getitem__(rows, i), float(n)))
          if torch.lt(a, torch.__getitem__(rows, torch.add(i, 1))):
            _1 = torch._set_item(rows, torch.add(i, 1), a)
          else:
            pass
          if torch.gt(b, torch.__getitem__(rows, torch.add(i, 2))):
            _2 = torch._set_item(rows, torch.add(i, 2), b)
          else:
            pass
          return None
        def count(rows: List[float], i: int, mask: Tensor) -> NoneType:
          _0 = torch._set_item(rows, i, torch.add(torch.__getitem__(rows, i), float(torch.sum(mask))))
          return None
        def special(x: Tensor, rows: List[float], i: int, n: int) -> NoneType:
          __torch__.MODULE.count(rows, torch.add(i, 3), torch.isnan(x))
          __torch__.MODULE.count(rows, torch.add(i, 4), torch.eq(x, inf))
          __torch__.MODULE.count(rows, torch.add(i, 5), torch.eq(x, -inf))
          finite = torch.masked_select(x, torch.isfinite(x))
          if torch.gt(torch.numel(finite), 0):
            low, high, = torch.aminmax(finite)
            __torch__.MODULE.add(rows, i, float(low), float(high), n)
          else:
            __torch__.MODULE.add(rows, i, inf, -inf, n)
          return None
        def optional(x: Optional[Tensor], rows: List[float], i: int) -> NoneType:
          if torch.__isnot__(x, None):
            __torch__.MODULE.tensor(unchecked_cast(Tensor, x), rows, i)
          else:
            pass
          return None
        def any(x: Any, rows: List[float], i: int) -> NoneType:
          if isinstance(x, Tensor):
            __torch__.MODULE.tensor(unchecked_cast(Tensor, x), rows, i)
          else:
            pass
          return None
        def named(x: Tensor, results: Dict[str, Tensor], name: str) -> NoneType:
          rows = EMPTY
          __torch__.MODULE.tensor(x, rows, 0)
          key = torch.add("STATISTICS", name)
          new = torch.tensor(rows, dtype=7)
          if torch.__contains__(results, key):
            old = torch.__getitem__(results, key)
            sums = torch.add(old, new)
            low = torch.slice(torch.minimum(old, new), 0, 1, 2)
            high = torch.slice(torch.maximum(old, new), 0, 2, 3)
            merged = torch.cat([torch.slice(sums, 0, 0, 1), low, high, torch.slice(sums, 0, 3, 7)])
            _0 = torch._set_item(results, key, merged)
          else:
            _1 = torch._set_item(results, key, new)
          return None
        def keep(x: Tensor, results: Dict[str, Tensor], name: str) -> NoneType:
          key = torch.format("TENSOR{}:{}", torch.len(results), name)
          _0 = torch._set_item(results, key, torch.clone(x))
          return None
        """
                .replace("STATISTICS", HookedProgram.STATISTICS_KEY)
                .replace("TENSOR{}", HookedProgram.TENSOR_KEY + "{}")
                .replace("EMPTY", EMPTY_ROW);
    }
}
