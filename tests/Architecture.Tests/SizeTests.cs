namespace Yyc3.Connectors.Architecture.Tests;

/// <summary>Files and folders that a person can take in.</summary>
public sealed class SizeTests
{
    private const int MostLines = 500;
    private const int MostFiles = 25;

    private static readonly string[] Rooms = ["connectors", "runtime", "sdk", "tests"];
    private static readonly string[] EmptyWords = ["Common", "Utils", "Util", "Helpers", "Helper", "Manager"];

    [Fact]
    public void No_source_file_is_longer_than_500_lines() =>
        Assert.Empty(
            Rooms
                .SelectMany(Repository.Sources)
                .Where(source => File.ReadLines(source).Count() > MostLines)
                .Select(Repository.Relative)
        );

    [Fact]
    public void No_folder_holds_more_than_25_source_files() =>
        Assert.Empty(
            Rooms
                .SelectMany(Repository.Sources)
                .GroupBy(source => Repository.Relative(Path.GetDirectoryName(source)!), StringComparer.Ordinal)
                .Where(folder => folder.Count() > MostFiles)
                .Select(folder => $"{folder.Key}: {folder.Count()}")
        );

    [Fact]
    public void No_file_or_folder_is_named_with_a_word_that_says_nothing() =>
        Assert.Empty(
            Rooms
                .SelectMany(Repository.Sources)
                .Where(source =>
                    Repository
                        .Relative(source)
                        .Split('/')
                        .Select(Path.GetFileNameWithoutExtension)
                        .Any(part => EmptyWords.Any(word => part!.EndsWith(word, StringComparison.Ordinal)))
                )
                .Select(Repository.Relative)
        );

    [Fact]
    public void Readme_fits_its_first_screens() =>
        Assert.True(File.ReadLines(Path.Combine(Repository.Root, "README.md")).Count() <= 145);

    [Fact]
    public void Program_only_reads_settings_and_wires() =>
        Assert.True(File.ReadLines(Path.Combine(Repository.Root, "runtime/Host/Program.cs")).Count() <= 40);
}
