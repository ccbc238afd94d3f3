using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Plugins;

/// <summary>Which version serves an integration.</summary>
public sealed class PluginSelectionTests : IDisposable
{
    private readonly PluginBox _box = new();

    public PluginSelectionTests()
    {
        foreach (var version in new[] { "1.0.0", "1.2.0", "1.10.0", "2.0.0-beta.1", "2.1.0", "3.0.0-rc.1" })
        {
            _box.AddAs("echo", "1.0.0", "echo", version);
        }

        _box.Registry.Scan();
    }

    public void Dispose() => _box.Dispose();

    [Theory]
    [InlineData(null, "2.1.0")]
    [InlineData("", "2.1.0")]
    [InlineData("1.2.0", "1.2.0")]
    [InlineData("1.2", "1.2.0")]
    [InlineData("3.0.0-rc.1", "3.0.0-rc.1")]
    [InlineData("[1.0,2.0)", "1.10.0")]
    [InlineData("[1.0,1.10)", "1.2.0")]
    [InlineData("[1.0,)", "2.1.0")]
    [InlineData("(,1.2.0]", "1.2.0")]
    [InlineData("[2.0.0-beta.1,2.1.0)", "2.0.0-beta.1")]
    [InlineData("[3.0.0-alpha,4.0)", "3.0.0-rc.1")]
    [InlineData("1.*", "1.10.0")]
    [InlineData("1.2.*", "1.2.0")]
    [InlineData("*", "2.1.0")]
    [InlineData("1.1.0", null)]
    [InlineData("[3.0,4.0)", null)]
    [InlineData("[4.0,5.0)", null)]
    [InlineData("5.*", null)]
    public void Pin_chooses_the_newest_version_it_allows(string? pin, string? expected) =>
        Assert.Equal(expected, _box.Selected("echo", pin));

    [Theory]
    [InlineData("1.4.0", true)]
    [InlineData("1.4", true)]
    [InlineData("[1.0,2.0)", true)]
    [InlineData("1.*", true)]
    [InlineData("latest", false)]
    [InlineData("[1.0", false)]
    public void Pin_is_a_version_or_a_range(string pin, bool expected) =>
        Assert.Equal(expected, PluginRegistry.IsPin(pin));

    [Fact]
    public void Id_is_compared_exactly() => Assert.Null(_box.Registry.Select("Echo", null));

    [Fact]
    public void Versions_are_listed_newest_first() =>
        Assert.Equal(
            ["3.0.0-rc.1", "2.1.0", "2.0.0-beta.1", "1.10.0", "1.2.0", "1.0.0"],
            _box.Registry.Versions.Select(version => version.Version.ToNormalizedString())
        );

    [Fact]
    public void Removing_the_newest_version_goes_back_to_the_one_before()
    {
        Directory.Delete(Path.Combine(_box.Root, "echo", "2.1.0"), recursive: true);
        _box.Registry.Scan();
        Assert.Equal("1.10.0", _box.Selected("echo"));
    }

    [Fact]
    public void Scan_tells_of_changes_only()
    {
        var changes = 0;
        _box.Registry.Changed += () => changes++;
        _box.Registry.Scan();
        Assert.Equal(0, changes);

        _box.Add("conflict-one");
        _box.Registry.Scan();
        Assert.Equal(1, changes);
    }
}
