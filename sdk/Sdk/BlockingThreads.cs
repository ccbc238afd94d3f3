using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Yyc3.Connectors.Sdk;

/// <summary>
/// Threads for native calls that block, shared by all plugins. The runtime's own pool has about one thread a processor and
/// grows slowly: calls that block there would hold up every timer, timeout and request of the process. Here each call has a
/// thread at once; the caller bounds how many it makes, usually by its connections. A thread that is idle for ten seconds
/// ends. Thread-safe.
/// </summary>
public static class BlockingThreads
{
    private static readonly ConcurrentStack<BlockingThread> Idle = new();

    /// <summary>Runs work on a thread of its own.</summary>
    /// <typeparam name="T">Its result.</typeparam>
    /// <param name="work">Blocks as long as it needs. It sees no ambient state of the caller, such as the current activity.</param>
    /// <returns>The result or the exception of the work; what awaits it goes on in the runtime's pool.</returns>
    public static Task<T> RunAsync<T>(Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Run(() => Complete(result, work));
        return result.Task;
    }

    private static void Run(Action work)
    {
        while (Idle.TryPop(out var idle))
        {
            if (idle.TryGive(work))
            {
                return;
            }
        }

        BlockingThread.Start(work, Idle);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever the work throws is its caller's to see.")]
    private static void Complete<T>(TaskCompletionSource<T> result, Func<T> work)
    {
        try
        {
            result.SetResult(work());
        }
        catch (Exception error)
        {
            result.SetException(error);
        }
    }
}
