using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.Connectors.Tests.Threads;

public sealed class BlockingThreadsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Every_call_has_a_thread_at_once_however_many_block()
    {
        const int calls = 200;
        using var running = new CountdownEvent(calls);
        using var end = new ManualResetEventSlim();
        var blocked = Enumerable
            .Range(0, calls)
            .Select(_ =>
                BlockingThreads.RunAsync(() =>
                {
                    running.Signal();
                    return end.Wait(Patience);
                })
            )
            .ToArray();

        var all = await BlockingThreads.RunAsync(() => running.Wait(Patience));
        end.Set();

        Assert.True(all);
        Assert.All(await Task.WhenAll(blocked), Assert.True);
    }

    [Fact]
    public async Task Work_is_not_done_on_a_thread_of_the_pool() =>
        Assert.False(await BlockingThreads.RunAsync(() => Thread.CurrentThread.IsThreadPoolThread));

    [Fact]
    public async Task What_waits_for_the_result_goes_on_in_the_pool() => Assert.True(await GoesOnInThePoolAsync());

    [Fact]
    public async Task Threads_are_used_again()
    {
        var threads = new HashSet<int>();
        for (var call = 0; call < 1000; call++)
        {
            threads.Add(await BlockingThreads.RunAsync(() => Environment.CurrentManagedThreadId));
        }

        Assert.InRange(threads.Count, 1, 500);
    }

    [Fact]
    public async Task An_error_comes_out_as_it_was()
    {
        var error = new ConnectorException(ErrorKind.Conflict, "BUSY", "Busy.");

        var thrown = await Assert.ThrowsAsync<ConnectorException>(() =>
            BlockingThreads.RunAsync<int>(() => throw error)
        );

        Assert.Same(error, thrown);
    }

    [Fact]
    public async Task A_thread_goes_on_after_an_error()
    {
        for (var call = 0; call < 100; call++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() =>
                BlockingThreads.RunAsync<int>(() => throw new InvalidOperationException())
            );
            Assert.Equal(call, await BlockingThreads.RunAsync(() => call));
        }
    }

    [Fact]
    public async Task An_idle_thread_holds_nothing_of_its_last_work()
    {
        var held = await LeaveAsync();

        for (var round = 0; held.IsAlive && round < 100; round++)
        {
            await Task.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(held.IsAlive);
    }

    private static async Task<bool> GoesOnInThePoolAsync()
    {
        await BlockingThreads.RunAsync(() => 0).ConfigureAwait(false);
        return Thread.CurrentThread.IsThreadPoolThread;
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> LeaveAsync()
    {
        var thing = new object();
        await BlockingThreads.RunAsync(thing.GetHashCode);
        return new WeakReference(thing);
    }
}
