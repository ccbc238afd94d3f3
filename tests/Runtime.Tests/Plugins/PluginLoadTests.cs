using System.Text.Json;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Runtime.Tests.Fixtures;
using Yyc3.Connectors.Sdk;
using Yyc3.Connectors.Sdk.Actions;
using Yyc3.Connectors.Sdk.Messaging;

namespace Yyc3.Connectors.Runtime.Tests.Plugins;

/// <summary>Code of plugins: isolated from each other, and its failures contained.</summary>
public sealed class PluginLoadTests : IDisposable
{
    private readonly PluginBox _box = new();

    public void Dispose() => _box.Dispose();

    [Fact]
    public async Task Two_versions_of_the_same_assembly_work_side_by_side()
    {
        _box.Add("echo");
        _box.Add("echo", "2.0.0");
        _box.Registry.Scan();

        var old = _box.Registry.Select("echo", "1.0.0")!;
        var current = _box.Registry.Select("echo", null)!;
        Assert.Equal(1, Number(await InvokeAsync(old, "echo"), "Version"));
        Assert.Equal(2, Number(await InvokeAsync(current, "echo"), "Version"));
        Assert.Equal(1, Number(await InvokeAsync(old, "echo"), "Version"));
        Assert.Equal((PluginState.Loaded, PluginState.Loaded), (old.State, current.State));
    }

    [Fact]
    public async Task Plugins_carry_different_versions_of_one_library()
    {
        _box.Add("conflict-one");
        _box.Add("conflict-two");
        _box.Registry.Scan();
        Assert.Equal(1, Number(await InvokeAsync(_box.Version("conflict-one"), "version"), "library"));
        Assert.Equal(2, Number(await InvokeAsync(_box.Version("conflict-two"), "version"), "library"));
    }

    [Fact]
    public void Connector_and_runtime_share_the_types_of_the_SDK()
    {
        _box.Add("echo");
        _box.Registry.Scan();
        var connector = _box.Version("echo").Open(PluginBox.Context(_box.Clock));
        Assert.IsType<IConnector>(connector, exactMatch: false);
        Assert.IsType<IActions>(connector, exactMatch: false);
        Assert.IsType<IMessageSender>(connector, exactMatch: false);
        Assert.NotSame(
            typeof(PluginLoadTests).Assembly,
            System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(connector.GetType().Assembly)
        );
        _box.Version("echo").Close();
    }

    [Fact]
    public void Code_is_not_loaded_before_it_is_used()
    {
        _box.Add("echo");
        _box.Registry.Scan();
        Assert.Equal(PluginState.Ready, _box.Version("echo").State);
    }

    [Fact]
    public void Constructor_that_throws_is_told_without_its_text_and_can_be_tried_again()
    {
        _box.Add("throws-on-open");
        _box.Registry.Scan();
        var plugin = _box.Version("throws-on-open");
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var fault = Assert.Throws<PluginException>(() => plugin.Open(PluginBox.Context(_box.Clock)));
            Assert.Equal("The connector throws-on-open 1.0.0 could not be opened.", fault.Message);
            Assert.IsType<InvalidOperationException>(fault.InnerException);
        }

        Assert.Equal(PluginState.Loaded, plugin.State);
    }

    [Fact]
    public void Constructor_that_refuses_the_settings_is_told_as_it_said()
    {
        _box.Add("throws-on-open");
        _box.Registry.Scan();
        var refused = Assert.Throws<ConnectorException>(() =>
            _box.Version("throws-on-open").Open(PluginBox.Context(_box.Clock, "refused"))
        );
        Assert.Equal((ErrorKind.InvalidArgument, "config.tenant"), (refused.Kind, refused.Field));
    }

    [Fact]
    public async Task Failed_constructor_does_not_keep_the_plugin_from_draining()
    {
        var folder = _box.Add("throws-on-open");
        _box.Registry.Scan();
        var plugin = _box.Version("throws-on-open");
        Assert.Throws<PluginException>(() => plugin.Open(PluginBox.Context(_box.Clock)));

        Directory.Delete(folder, recursive: true);
        _box.Registry.Scan();
        await Eventually.HoldsAsync(() => plugin.Remains is not null);
    }

    [Fact]
    public void Assembly_without_the_attribute_stays_failed_until_it_is_replaced()
    {
        _box.Add("no-connector-attribute");
        _box.Registry.Scan();
        var plugin = _box.Version("no-connector-attribute");
        var fault = Assert.Throws<PluginException>(() => plugin.Open(PluginBox.Context(_box.Clock)));
        Assert.Contains("has no [assembly: Connector(…)]", fault.Message, StringComparison.Ordinal);

        var generation = _box.Registry.Generation;
        _box.Registry.Scan();
        Assert.Same(plugin, _box.Version("no-connector-attribute"));
        Assert.Equal((PluginState.Failed, generation), (plugin.State, _box.Registry.Generation));
        Assert.Null(_box.Registry.Select("no-connector-attribute", null));
    }

    [Fact]
    public void File_that_changes_between_scan_and_load_is_not_run()
    {
        var folder = _box.Add("echo");
        _box.Registry.Scan();
        File.AppendAllText(Path.Combine(folder, "Yyc3.Connectors.TestPlugins.Echo.dll"), "x");
        var fault = Assert.Throws<PluginException>(() => _box.Version("echo").Open(PluginBox.Context(_box.Clock)));
        Assert.Contains("does not have the hash", fault.Message, StringComparison.Ordinal);
        Assert.Equal(PluginState.Failed, _box.Version("echo").State);
    }

    [Fact]
    public void Entry_that_is_no_assembly_is_told()
    {
        var folder = _box.Add("echo");
        var entry = Path.Combine(folder, "Yyc3.Connectors.TestPlugins.Echo.dll");
        File.WriteAllText(entry, "text");
        PluginBox.Edit(
            folder,
            manifest =>
                manifest["files"]![Path.GetFileName(entry)] = Convert.ToHexStringLower(
                    System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(entry))
                )
        );
        _box.Registry.Scan();
        Assert.Throws<PluginException>(() => _box.Version("echo").Open(PluginBox.Context(_box.Clock)));
        Assert.Equal("the entry file is no .NET assembly", _box.Version("echo").Reason);
    }

    [Theory]
    [InlineData("crash")]
    [InlineData("timer")]
    public async Task Thread_or_timer_of_a_plugin_that_dies_does_not_take_the_process_along(string action)
    {
        var logger = new RecordingLogger();
        PluginCrashGuard.Install(logger);
        _box.Add("throws-on-thread");
        _box.Registry.Scan();
        var answer = await InvokeAsync(_box.Version("throws-on-thread"), action);
        Assert.Equal(JsonValueKind.Object, answer.ValueKind);
        await Eventually.HoldsAsync(() => logger.Messages.Count > 0);
        Assert.Equal(["A thread of the plugin throws-on-thread@1.0.0 died of an exception."], logger.Messages);
    }

    [Fact]
    public void Retired_plugin_opens_nothing_more()
    {
        var folder = _box.Add("echo");
        _box.Registry.Scan();
        var plugin = _box.Version("echo");
        Directory.Delete(folder, recursive: true);
        _box.Registry.Scan();
        var fault = Assert.Throws<PluginException>(() => plugin.Open(PluginBox.Context(_box.Clock)));
        Assert.Equal("The plugin is being replaced.", fault.Message);
    }

    private static int Number(JsonElement answer, string name) => answer.GetProperty(name).GetInt32();

    private async Task<JsonElement> InvokeAsync(PluginVersion plugin, string action)
    {
        var connector = (IActions)plugin.Open(PluginBox.Context(_box.Clock));
        try
        {
            return await connector.InvokeAsync(action, JsonDocument.Parse("{}").RootElement, default);
        }
        finally
        {
            plugin.Close();
        }
    }
}
