using System.Text.Json.Nodes;
using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Plugins;

/// <summary>A plugin whose native library is missing is told apart from a broken one, with the way to mend it.</summary>
public sealed class NativeLibraryTests : IDisposable
{
    private const string Variable = "YYC3_TEST_NATIVE_LIBRARY";
    private readonly PluginBox _box = new();

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        _box.Dispose();
    }

    [Fact]
    public void Plugin_without_its_native_library_is_unavailable_with_the_command_that_gets_it()
    {
        Add("libabsent", "libabsent.so.7");
        _box.Add("conflict-two");
        _box.Registry.Scan();

        var version = _box.Version("conflict-one");
        Assert.Equal(PluginState.Unavailable, version.State);
        Assert.Equal("it needs the native library libabsent; get it with: tools/get libabsent", version.Reason);
        Assert.Null(_box.Registry.Select("conflict-one", null));
        Assert.Throws<PluginException>(() => version.Open(PluginBox.Context(_box.Clock)));
        Assert.Equal("1.0.0", _box.Selected("conflict-two"));
    }

    [Fact]
    public void Library_of_the_system_will_do()
    {
        Add("libabsent", "libc.so.6");
        _box.Registry.Scan();
        Assert.Equal("1.0.0", _box.Selected("conflict-one"));
    }

    [Fact]
    public void Library_that_comes_later_is_noticed_by_the_next_scan()
    {
        var folder = Add("libabsent", "libabsent.so.7");
        _box.Registry.Scan();
        Assert.Null(_box.Selected("conflict-one"));

        Environment.SetEnvironmentVariable(Variable, Path.Combine(folder, "connector.json"));
        _box.Registry.Scan();
        Assert.Equal("1.0.0", _box.Selected("conflict-one"));
    }

    [Fact]
    public void Malformed_declaration_is_named()
    {
        var folder = _box.Add("conflict-one");
        PluginBox.Edit(folder, manifest => manifest["nativeLibraries"] = new JsonArray(new JsonObject()));
        _box.Registry.Scan();
        Assert.Contains("nativeLibraries[0].name", _box.Version("conflict-one").Reason, StringComparison.Ordinal);
    }

    private string Add(string name, string systemName)
    {
        var folder = _box.Add("conflict-one");
        PluginBox.Edit(
            folder,
            manifest =>
                manifest["nativeLibraries"] = new JsonArray(
                    new JsonObject
                    {
                        ["name"] = name,
                        ["systemNames"] = new JsonArray(systemName),
                        ["variable"] = Variable,
                        ["obtain"] = "tools/get " + name,
                    }
                )
        );
        return folder;
    }
}
