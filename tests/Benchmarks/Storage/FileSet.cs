using System.Globalization;
using System.Security.Cryptography;
using Yyc3.Connectors.Benchmarks.Processes;

namespace Yyc3.Connectors.Benchmarks.Storage;

/// <summary>Files of one size in a folder.</summary>
/// <param name="Name">For the benchmark's name.</param>
/// <param name="Count">How many.</param>
/// <param name="Size">Bytes of each.</param>
/// <param name="Folder">Where they are.</param>
internal sealed record FileSet(string Name, int Count, int Size, string Folder)
{
    public IEnumerable<string> Names =>
        Enumerable.Range(0, Count).Select(number => string.Create(CultureInfo.InvariantCulture, $"f{number}"));

    public static FileSet Make(Workplace place, string name, int count, int size)
    {
        var set = new FileSet(name, count, size, place.NewFolder());
        var content = RandomNumberGenerator.GetBytes(size);
        foreach (var file in set.Names)
        {
            File.WriteAllBytes(Path.Combine(set.Folder, file), content);
        }

        return set;
    }
}
