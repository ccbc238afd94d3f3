using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Yyc3.Connectors.Architecture.Tests;

/// <summary>The checked-out tree, found from this source file's own path.</summary>
internal static partial class Repository
{
    private static readonly string[] NotOurs = ["artifacts", "node_modules", "obj", "bin", ".git", "data"];

    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> Projects(string room) => Files(room, "*.csproj");

    public static IEnumerable<string> Sources(string room) => Files(room, "*.cs");

    /// <summary>Files below a room, as absolute paths, without what builds leave behind.</summary>
    public static IEnumerable<string> Files(string room, string pattern) =>
        Directory
            .EnumerateFiles(Path.Combine(Root, room), pattern, SearchOption.AllDirectories)
            .Where(file => !Relative(file).Split('/').Any(part => NotOurs.Contains(part, StringComparer.Ordinal)));

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>Repo-relative folders a project references, such as <c>sdk/Sdk</c>.</summary>
    public static IEnumerable<string> References(string project) =>
        from reference in XDocument.Load(project).Descendants("ProjectReference")
        let include = reference.Attribute("Include")!.Value.Replace("$(RepoRoot)", Root + "/", StringComparison.Ordinal)
        let target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, include))
        select Relative(Path.GetDirectoryName(target)!);

    public static IEnumerable<string> Packages(string project) =>
        XDocument.Load(project).Descendants("PackageReference").Select(package => package.Attribute("Include")!.Value);

    /// <summary>Namespaces a file imports, read from its <c>using</c> lines.</summary>
    public static IEnumerable<string> Imports(string source) =>
        UsingLine().Matches(File.ReadAllText(source)).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(
        @"^using (?:static )?(?:\w+ = )?(?<name>[\w.]+);",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex UsingLine();

    private static string FindRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}
