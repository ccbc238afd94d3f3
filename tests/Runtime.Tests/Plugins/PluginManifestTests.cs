using Yyc3.Connectors.Runtime.Plugins;
using Yyc3.Connectors.Runtime.Tests.Fixtures;

namespace Yyc3.Connectors.Runtime.Tests.Plugins;

/// <summary>What is wrong with a plugin's folder is told, and hurts nobody else.</summary>
public sealed class PluginManifestTests : IDisposable
{
    private const string Entry = "Yyc3.Connectors.TestPlugins.ConflictOne.dll";
    private const string Library = "Yyc3.Connectors.TestPlugins.Dependency.dll";

    private static readonly Dictionary<string, (Action<string> Damage, string Reason)> Cases = new(
        StringComparer.Ordinal
    )
    {
        ["changed byte"] = (
            folder =>
            {
                var path = Path.Combine(folder, Library);
                var bytes = File.ReadAllBytes(path);
                bytes[^100] ^= 1;
                File.WriteAllBytes(path, bytes);
            },
            $"the file {Library} does not have the hash its manifest lists"
        ),
        ["missing file"] = (folder => File.Delete(Path.Combine(folder, Library)), $"the file {Library} is missing"),
        ["missing entry"] = (folder => File.Delete(Path.Combine(folder, Entry)), $"the file {Entry} is missing"),
        ["extra file"] = (
            folder =>
            {
                Directory.CreateDirectory(Path.Combine(folder, "sub"));
                File.WriteAllText(Path.Combine(folder, "sub", "more.txt"), "x");
            },
            "the file sub/more.txt is not listed in its manifest"
        ),
        ["no hashes"] = (
            folder => PluginBox.Edit(folder, manifest => manifest.Remove("files")),
            $"its manifest lists no hash of {Entry}"
        ),
        ["hash of the entry alone is missing"] = (
            folder => PluginBox.Edit(folder, manifest => manifest["files"]!.AsObject().Remove(Entry)),
            $"its manifest lists no hash of {Entry}"
        ),
        ["hash that is none"] = (
            folder => PluginBox.Edit(folder, manifest => manifest["files"]![Entry] = "abc"),
            "must be a SHA-256 in hex"
        ),
        ["file outside the folder"] = (
            folder => PluginBox.Edit(folder, manifest => manifest["files"]!["../x.dll"] = new string('0', 64)),
            "must be a relative path inside the folder"
        ),
        ["another id"] = (
            folder => PluginBox.Edit(folder, manifest => manifest["id"] = "conflict-two"),
            "it is conflict-two 1.0.0 but lies in conflict-one/1.0.0"
        ),
        ["another version"] = (
            folder => PluginBox.Edit(folder, manifest => manifest["version"] = "1.0.1"),
            "it is conflict-one 1.0.1 but lies in conflict-one/1.0.0"
        ),
        ["malformed JSON"] = (folder => Write(folder, "{ \"id\": "), "is not JSON"),
        ["a list"] = (folder => Write(folder, "[]"), "is not a JSON object"),
        ["nothing"] = (folder => Write(folder, ""), "is not JSON"),
        ["deep nesting"] = (folder => Write(folder, new string('[', 100_000)), "is not JSON"),
        ["no text"] = (folder => File.WriteAllBytes(PathOf(folder), [0xFF, 0xFE, 0x00]), "is not JSON"),
        ["unknown member"] = (
            folder => PluginBox.Edit(folder, manifest => manifest["colour"] = "red"),
            "is not a known member"
        ),
        ["own process"] = (
            folder => PluginBox.Edit(folder, manifest => manifest["isolation"] = "process"),
            "isolation 'process' is not available in this version; use 'inProcess'"
        ),
        ["SDK range that is none"] = (
            folder => PluginBox.Edit(folder, manifest => manifest["sdk"] = "soon"),
            "its SDK range 'soon' is no version range"
        ),
        ["newer SDK"] = (
            folder => PluginBox.Edit(folder, manifest => manifest["sdk"] = "[1.1,2.0)"),
            "it asks for SDK [1.1,2.0), this runtime has 1.0.0"
        ),
    };

    private readonly PluginBox _box = new();

    public static TheoryData<string> Damages => [.. Cases.Keys];

    public void Dispose() => _box.Dispose();

    [Theory, MemberData(nameof(Damages))]
    public void Damaged_plugin_is_listed_as_failed_with_its_reason_and_others_work(string damage)
    {
        _box.Add("conflict-two");
        Cases[damage].Damage(_box.Add("conflict-one"));
        _box.Registry.Scan();

        var failed = _box.Version("conflict-one");
        Assert.Equal(PluginState.Failed, failed.State);
        Assert.Contains(Cases[damage].Reason, failed.Reason, StringComparison.Ordinal);
        Assert.Null(_box.Registry.Select("conflict-one", null));
        Assert.Throws<PluginException>(() => failed.Open(PluginBox.Context(_box.Clock)));

        var good = _box.Registry.Select("conflict-two", null);
        Assert.NotNull(good!.Open(PluginBox.Context(_box.Clock)));
        good.Close();
    }

    [Fact]
    public void Plugin_for_a_newer_SDK_is_listed_as_failed()
    {
        _box.Add("newer-sdk");
        _box.Registry.Scan();
        Assert.Equal("it asks for SDK [2.0,3.0), this runtime has 1.0.0", _box.Version("newer-sdk").Reason);
    }

    [Theory]
    [InlineData("99999999999.0.0")]
    [InlineData("1.0.0-a..b")]
    public void Version_that_cannot_be_compared_does_not_hide_the_other_plugins(string version)
    {
        _box.Add("conflict-one");
        _box.AddAs("conflict-two", "1.0.0", "conflict-two", version);
        _box.Registry.Scan();

        Assert.Equal("1.0.0", _box.Selected("conflict-one"));
        var failed = Assert.Single(_box.Registry.Versions, found => found.State == PluginState.Failed);
        Assert.Equal($"its version {version} is no semantic version", failed.Reason);
    }

    [Fact]
    public void Copy_in_a_wrong_folder_does_not_hide_the_plugin_it_claims_to_be()
    {
        var copy = _box.AddAs("echo", "1.0.0", "aaa", "1.0.0");
        PluginBox.Edit(copy, manifest => manifest["id"] = "echo");
        _box.Add("echo");
        _box.Registry.Scan();

        Assert.Equal("1.0.0", _box.Selected("echo"));
        Assert.Equal("it is echo 1.0.0 but lies in aaa/1.0.0", _box.Version("aaa").Reason);
    }

    [Fact]
    public void Failed_plugin_does_not_hide_a_good_one_of_the_same_version_in_another_directory()
    {
        File.Delete(PathOf(_box.Add("echo"), "Yyc3.Connectors.TestPlugins.Echo.dll"));
        _box.AddAs("echo", "1.0.0", "echo", "1.0.0", _box.Options.Directories[1]);
        _box.Registry.Scan();
        Assert.Equal(_box.Options.Directories[1], Parent(Parent(_box.Registry.Select("echo", null)!.Folder)));
    }

    [Fact]
    public void First_directory_wins_when_both_hold_a_good_one()
    {
        _box.AddAs("echo", "1.0.0", "echo", "1.0.0", _box.Options.Directories[1]);
        _box.Add("echo");
        _box.Registry.Scan();
        Assert.Equal(_box.Root, Parent(Parent(_box.Version("echo").Folder)));
    }

    [Fact]
    public void Repaired_plugin_works_after_the_next_scan()
    {
        var folder = _box.Add("conflict-one");
        var library = PathOf(folder, Library);
        var bytes = File.ReadAllBytes(library);
        File.Delete(library);
        _box.Registry.Scan();
        Assert.Null(_box.Registry.Select("conflict-one", null));

        File.WriteAllBytes(library, bytes);
        _box.Registry.Scan();
        Assert.Equal("1.0.0", _box.Selected("conflict-one"));
    }

    [Fact]
    public void Unchanged_failure_is_no_change()
    {
        Write(_box.Add("conflict-one"), "{");
        _box.Registry.Scan();
        var (generation, version) = (_box.Registry.Generation, _box.Version("conflict-one"));
        _box.Registry.Scan();
        Assert.Equal(generation, _box.Registry.Generation);

        _box.Add("conflict-two");
        _box.Registry.Scan();
        Assert.Same(version, _box.Version("conflict-one"));
    }

    [Fact]
    public void Folder_without_a_manifest_is_no_plugin()
    {
        Directory.CreateDirectory(Path.Combine(_box.Root, "echo", "1.0.0"));
        Directory.CreateDirectory(Path.Combine(_box.Root, ".echo", "1.0.0"));
        File.WriteAllText(Path.Combine(_box.Root, "readme.txt"), "x");
        _box.Registry.Scan();
        Assert.Empty(_box.Registry.Versions);
    }

    [Fact]
    public void Directories_that_do_not_exist_are_empty()
    {
        _box.Registry.Scan();
        Assert.Empty(_box.Registry.Versions);
    }

    private static string Parent(string path) => Path.GetDirectoryName(path)!;

    private static string PathOf(string folder, string name = PluginFiles.ManifestName) => Path.Combine(folder, name);

    private static void Write(string folder, string manifest) => File.WriteAllText(PathOf(folder), manifest);
}
