using Microsoft.Extensions.Logging.Abstractions;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Plugins;

/// <summary>Plugins that come and go while the runtime works.</summary>
public sealed class PluginWatcherTests : IDisposable
{
    private readonly PluginBox _box = new();

    public void Dispose() => _box.Dispose();

    [Fact]
    public async Task Folder_that_is_renamed_into_place_is_taken_over_without_waiting_for_the_next_look()
    {
        using var watcher = await StartAsync(new ShortTimersOnly());
        await WatchesAsync();
        _box.Add("echo");
        await Eventually.HoldsAsync(() => _box.Selected("echo") == "1.0.0");
        _box.Add("echo", "2.0.0");
        await Eventually.HoldsAsync(() => _box.Selected("echo") == "2.0.0");
        Directory.Delete(Path.Combine(_box.Root, "echo", "2.0.0"), recursive: true);
        await Eventually.HoldsAsync(() => _box.Selected("echo") == "1.0.0");
        await watcher.StopAsync(default);
    }

    [Fact]
    public async Task Without_any_event_the_folders_are_looked_at_every_five_seconds()
    {
        using var watcher = await StartAsync(_box.Clock);
        var link = Path.Combine(Directory.CreateDirectory(_box.Root).FullName, "linked");
        // A change behind a link raises no event.
        using var elsewhere = new TempFolder();
        Directory.CreateSymbolicLink(link, elsewhere.Path);
        _box.AddAs("echo", "1.0.0", "linked", "1.0.0", elsewhere.Path);
        Directory.Move(elsewhere.Under("linked", "1.0.0"), elsewhere.Under("1.0.0"));
        await Eventually.HoldsAsync(() =>
        {
            _box.Clock.Advance(TimeSpan.FromSeconds(5));
            return _box.Selected("linked") is not null;
        });
        await watcher.StopAsync(default);
    }

    private async Task<PluginWatcher> StartAsync(TimeProvider time)
    {
        var watcher = new PluginWatcher(_box.Registry, _box.Options, time, NullLogger<PluginWatcher>.Instance);
        await watcher.StartAsync(default);
        return watcher;
    }

    /// <summary>The watches are in place once any change is told of.</summary>
    private async Task WatchesAsync()
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _box.Registry.Changed += () => changed.TrySetResult();
        var probe = 0;
        await Eventually.HoldsAsync(() =>
        {
            var folder = Directory.CreateDirectory(Path.Combine(_box.Root, "probe", $"1.0.{probe++}"));
            File.WriteAllText(Path.Combine(folder.FullName, PluginFiles.ManifestName), "{");
            return changed.Task.IsCompleted;
        });
        Directory.Delete(Path.Combine(_box.Root, "probe"), recursive: true);
        await Eventually.HoldsAsync(() => _box.Registry.Versions.IsEmpty);
    }
}
