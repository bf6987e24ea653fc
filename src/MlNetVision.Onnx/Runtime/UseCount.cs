namespace MlNetVision.Onnx.Runtime;

/// <summary>
/// Counts the uses of something that must not be freed while it is used, such as a native session. <see cref="Dispose"/> may come
/// from any thread at any time: current uses end normally, the last one frees it, and later ones fail.
/// </summary>
public sealed class UseCount : IDisposable
{
    // The sign of the state says that it is disposed, the other bits count the uses.
    private const int Disposed = int.MinValue;

    private readonly Type _owner;
    private readonly Action _free;
    private int _state;

    /// <summary>Begins with no use.</summary>
    /// <param name="owner">What <see cref="ObjectDisposedException"/> names: the type that its users see.</param>
    /// <param name="free">Frees it. Called once, by the thread that disposes or that ends the last use; it must not throw.</param>
    public UseCount(Type owner, Action free)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(free);
        (_owner, _free) = (owner, free);
    }

    /// <summary>Begins a use, which ends when the result is disposed; dispose it once. Uses may nest, and overlap on several threads.</summary>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public Use Enter()
    {
        var state = Volatile.Read(ref _state);
        while (true)
        {
            ObjectDisposedException.ThrowIf(state < 0, _owner);
            var seen = Interlocked.CompareExchange(ref _state, state + 1, state);
            if (seen == state) return new Use(this);
            state = seen;
        }
    }

    /// <summary>Begins a use that outlives a method, such as that of an open cursor. It ends when the result is disposed, or collected.</summary>
    /// <exception cref="ObjectDisposedException">It is disposed.</exception>
    public IDisposable Hold()
    {
        Enter();
        return new Held(this);
    }

    /// <summary>Refuses later uses, and frees what is counted now or when the last use ends. Calls after the first do nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Or(ref _state, Disposed) == 0) _free();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _state) == Disposed) _free();
    }

    private sealed class Held(UseCount count) : IDisposable
    {
        private UseCount? _count = count;

        ~Held() => End();

        public void Dispose()
        {
            End();
            GC.SuppressFinalize(this);
        }

        private void End() => Interlocked.Exchange(ref _count, null)?.Leave();
    }

    /// <summary>One use, on the stack of the method that uses.</summary>
    public readonly ref struct Use
    {
        private readonly UseCount _count;

        internal Use(UseCount count) => _count = count;

        /// <summary>Ends the use.</summary>
        public void Dispose() => _count.Leave();
    }
}
