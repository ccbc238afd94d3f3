using System.Collections.Concurrent;

namespace Yyc3.Connectors.Sdk;

/// <summary>One thread of <see cref="BlockingThreads"/>: works, waits for more, ends when none comes.</summary>
internal sealed class BlockingThread
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly ConcurrentStack<BlockingThread> _idle;
    private Action? _work;
    private bool _hasEnded;

    private BlockingThread(Action first, ConcurrentStack<BlockingThread> idle) => (_work, _idle) = (first, idle);

    /// <summary>Starts a thread.</summary>
    /// <param name="first">Its first work.</param>
    /// <param name="idle">Where it lies down between works.</param>
    public static void Start(Action first, ConcurrentStack<BlockingThread> idle) =>
        new Thread(new BlockingThread(first, idle).Loop) { IsBackground = true, Name = "connector" }.UnsafeStart();

    /// <summary>Hands work over to a thread taken from the idle ones.</summary>
    /// <param name="work">The work; it throws nothing.</param>
    /// <returns>False when the thread has just ended.</returns>
    public bool TryGive(Action work)
    {
        lock (_gate)
        {
            if (_hasEnded)
            {
                return false;
            }

            _work = work;
            Monitor.Pulse(_gate);
            return true;
        }
    }

    private void Loop()
    {
        do
        {
            WorkOnce();
            _idle.Push(this);
        } while (WaitForWork());
    }

    private void WorkOnce()
    {
        // Nothing of a plugin may stay reachable from a thread that only waits, or the plugin could not be unloaded.
        var work = _work!;
        _work = null;
        work();
    }

    private bool WaitForWork()
    {
        lock (_gate)
        {
            if (_work is null)
            {
                Monitor.Wait(_gate, Patience);
            }

            _hasEnded = _work is null;
            return !_hasEnded;
        }
    }
}
