using Yyc3.Connectors.Rpc.Calls.Errors;
using Yyc3.Connectors.Runtime.Faults;
using Yyc3.Connectors.Runtime.Storage;

namespace Yyc3.Connectors.Runtime.Tests.Storage;

/// <summary>One path names one object, and none leads out of its folder.</summary>
public sealed class FilePathTests
{
    private static readonly string[] Safe =
    [
        "a",
        "report.pdf",
        "documents/2026/report.pdf",
        "a b/c d.txt",
        ".hidden",
        "..hidden",
        "hidden..",
        "...",
        "a..b/c",
        "a.b.c",
        "100%",
        "100%.txt",
        "50%25",
        "a%20b",
        "%zz",
        "%",
        "a+b&c=d?e#f",
        "日本語/ファイル.txt",
        "文档/报告.pdf",
        "Ünïcödé/é",
        "e\u0301",
        "😀/👩‍👩‍👧.png",
        "عربى/ملف.txt",
        "\uFFFD",
        "1／2",
        "…",
        "a…b",
        "a．txt",
        "a:b",
        "~",
        "$(x)",
        "'quoted\"",
        "a*b|c<d>",
        new string('a', 1024),
        new string('字', 341),
    ];

    public static TheoryData<string> SafePaths => [.. Safe];

    [Fact]
    public void Corpus_is_a_large_one() => Assert.True(UnsafePaths.All.Distinct(StringComparer.Ordinal).Count() >= 200);

    [Fact]
    public void Unsafe_path_of_a_file_is_refused_by_its_field() =>
        Assert.All(UnsafePaths.All, path => Refuses("path", () => FilePath.ToKey("path", path)));

    [Fact]
    public void Unsafe_path_of_a_folder_is_refused_by_its_field() =>
        Assert.All(UnsafePaths.All, path => Refuses("folder", () => FilePath.ToPrefix("folder", path)));

    [Fact]
    public void Unsafe_folder_of_an_upload_is_refused_by_its_field() =>
        Assert.All(UnsafePaths.All, path => Refuses("path", () => FilePath.ToKey(path, "a.txt", "path", "filename")));

    [Fact]
    public void Unsafe_name_of_an_upload_is_refused_by_its_field() =>
        Assert.All(
            UnsafePaths.All.Append("a/b").Append("/a").Append(""),
            name => Refuses("filename", () => FilePath.ToKey("/docs", name, "path", "filename"))
        );

    [Theory, MemberData(nameof(SafePaths))]
    public void Safe_path_is_its_own_key_with_and_without_the_slash(string path)
    {
        Assert.Equal(path, FilePath.ToKey("path", path));
        Assert.Equal(path, FilePath.ToKey("path", "/" + path));
        Assert.Equal(path, FilePath.ToKey("path", FilePath.FromKey(path)));
        Assert.Equal(path + "/", FilePath.ToPrefix("path", path));
        Assert.Equal(path + "/", FilePath.ToPrefix("path", "/" + path + "/"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a/")]
    [InlineData("/a/b/")]
    public void Path_of_a_file_must_name_one(string path) =>
        Assert.Equal("must name a file", Refuses("path", () => FilePath.ToKey("path", path)).Reason);

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public void Top_folder_has_no_prefix(string path) => Assert.Equal("", FilePath.ToPrefix("path", path));

    [Theory]
    [InlineData("", "a.txt", "a.txt")]
    [InlineData("/", "a.txt", "a.txt")]
    [InlineData("/docs", "a.txt", "docs/a.txt")]
    [InlineData("docs/2026/", "ä.txt", "docs/2026/ä.txt")]
    public void Folder_and_name_make_a_key(string folder, string name, string key) =>
        Assert.Equal(key, FilePath.ToKey(folder, name, "path", "filename"));

    [Fact]
    public void Folder_and_name_together_are_bounded()
    {
        var fault = Refuses(
            "path",
            () => FilePath.ToKey(new string('a', 600), new string('b', 600), "path", "filename")
        );
        Assert.Equal("must be at most 1024 bytes with the name", fault.Reason);
    }

    [Fact]
    public void Plain_parent_is_refused_in_plain_words() =>
        Assert.Equal("must not contain '..'", Refuses("path", () => FilePath.ToKey("path", "a/../b")).Reason);

    [Fact]
    public void Name_of_a_key_is_its_last_part()
    {
        Assert.Equal("c", FilePath.NameOf("a/b/c"));
        Assert.Equal("c", FilePath.NameOf("c"));
    }

    private static FaultException Refuses(string field, Action act)
    {
        var fault = Assert.Throws<FaultException>(act);
        Assert.Equal((RpcErrors.InvalidRequest, field), (fault.Definition, fault.Field));
        Assert.NotEmpty(fault.Reason!);
        return fault;
    }
}
