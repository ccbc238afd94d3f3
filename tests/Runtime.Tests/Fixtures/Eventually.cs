using System.Diagnostics;

namespace Yyc3.Connectors.Runtime.Tests.Fixtures;

/// <summary>Waits for what other threads are about to do; the limit only ends a test that has failed.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task HoldsAsync(Func<bool> condition) => HoldsAsync(() => Task.FromResult(condition()));

    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < Limit, "It did not come to hold.");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public static Task WithinLimitAsync(Task task) => task.WaitAsync(Limit, TimeProvider.System, default);

    /// <summary>Lets other threads run for a moment, for what must not happen.</summary>
    public static async Task SettlesAsync()
    {
        for (var i = 0; i < 50; i++)
        {
            await Task.Yield();
        }
    }
}
