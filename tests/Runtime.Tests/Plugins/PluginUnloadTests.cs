using System.Runtime.CompilerServices;
using System.Text.Json;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Runtime.Tests.Fixtures;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Actions;

namespace Yyc3.Connectors.Runtime.Tests.Plugins;

/// <summary>Code that is no longer used leaves the memory. Nothing here may keep a connector in a local of the test itself.</summary>
public sealed class PluginUnloadTests : IDisposable
{
    private readonly PluginBox _box = new();
    private IConnector? _held;

    public void Dispose() => _box.Dispose();

    [Fact]
    public async Task Code_of_a_version_that_is_gone_is_collected()
    {
        await UseAndRemoveAsync("1.0.0");
        Assert.True(await IsCollectedAsync(_box.Clock));
    }

    [Fact]
    public async Task Every_generation_of_a_plugin_that_is_replaced_again_and_again_is_collected()
    {
        for (var round = 0; round < 5; round++)
        {
            await UseAndRemoveAsync("1.0.0");
            await UseAndRemoveAsync("2.0.0");
        }

        Assert.True(await IsCollectedAsync(_box.Clock));
    }

    [Fact]
    public async Task Code_that_somebody_holds_is_counted_until_it_is_let_go()
    {
        _box.Add("echo");
        _box.Registry.Scan();
        Hold();
        Remove("1.0.0");
        await Eventually.HoldsAsync(() => _box.Registry.Zombies == 1);
        Collect();
        Assert.Equal(1, _box.Registry.Zombies);

        GC.KeepAlive(_held);
        _held = null;
        Assert.True(await IsCollectedAsync(_box.Clock));
    }

    [Fact]
    public async Task Version_that_never_ran_is_no_zombie()
    {
        _box.Add("echo");
        _box.Registry.Scan();
        Remove("1.0.0");
        await Eventually.SettlesAsync();
        Assert.Equal(0, _box.Registry.Zombies);
    }

    [Fact]
    public async Task Version_with_a_connector_open_is_unloaded_when_its_time_is_over()
    {
        _box.Add("echo");
        _box.Registry.Scan();
        var plugin = _box.Version("echo");
        Open(plugin);
        Remove("1.0.0");
        _box.Clock.Advance(_box.Options.DrainTimeout - TimeSpan.FromSeconds(1));
        await Eventually.SettlesAsync();
        Assert.Null(plugin.Remains);
        Assert.Equal(PluginState.Draining, plugin.State);

        _box.Clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => plugin.Remains is not null);
    }

    [Fact]
    public async Task Version_is_unloaded_as_soon_as_its_last_connector_is_closed()
    {
        _box.Add("echo");
        _box.Registry.Scan();
        var plugin = _box.Version("echo");
        Open(plugin);
        Open(plugin);
        Remove("1.0.0");
        plugin.Close();
        await Eventually.SettlesAsync();
        Assert.Null(plugin.Remains);

        plugin.Close();
        await Eventually.HoldsAsync(() => plugin.Remains is not null);
    }

    /// <summary>Collects until no unloaded code is left; the clock's timers may hold on to the end of a drain.</summary>
    private async Task<bool> IsCollectedAsync(Testing.FakeClock clock)
    {
        for (var attempt = 0; attempt < 50 && _box.Registry.Zombies > 0; attempt++)
        {
            clock.Advance(TimeSpan.FromSeconds(30));
            Collect();
            await Task.Yield();
        }

        return _box.Registry.Zombies == 0;
    }

    private async Task UseAndRemoveAsync(string version)
    {
        _box.Add("echo", version);
        _box.Registry.Scan();
        var plugin = _box.Version("echo", version);
        await CallAsync(plugin);
        Remove(version);
        await Eventually.HoldsAsync(() => plugin.Remains is not null);
    }

    private void Remove(string version)
    {
        Directory.Delete(Path.Combine(_box.Root, "echo", version), recursive: true);
        _box.Registry.Scan();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task CallAsync(PluginVersion plugin)
    {
        var connector = (IActions)plugin.Open(PluginBox.Context(_box.Clock));
        await connector.InvokeAsync("echo", JsonDocument.Parse("{}").RootElement, default);
        ((IDisposable)connector).Dispose();
        plugin.Close();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Open(PluginVersion plugin) => plugin.Open(PluginBox.Context(_box.Clock));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Hold()
    {
        _held = _box.Version("echo").Open(PluginBox.Context(_box.Clock));
        _box.Version("echo").Close();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
