namespace Yyc3.Connectors.Clients.Tests;

/// <summary>Real files to upload, the same in every run: names of many scripts, an empty file, a large one.</summary>
internal static class FileTree
{
    private const int LargeSize = 5 * 1024 * 1024;

    private static readonly string[] Names =
    [
        "readme.txt",
        "报告/第一季度.txt",
        "报告/二/三/深い.md",
        "Überblick/naïve café.md",
        "Überblick/e\u0301 decomposed.md",
        "emoji/🚀 launch.bin",
        "العربية/ملف.txt",
        "русский/файл.txt",
        "spaces in name/a+b&c=d.txt",
        "percent%20literal.txt",
        "quote's.txt",
        "#hash?.txt",
        "semi;colon,comma.txt",
        ".hidden",
        "no-extension",
        "trailing.dots...txt",
        "a/b/c/d/e/f/g/deep.txt",
        "a/b.txt",
    ];

    public static void Write(string root)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            WriteFile(root, Names[i], seed: i, size: 1 + (i * 4099));
        }

        WriteFile(root, "empty.dat", seed: 0, size: 0);
        WriteFile(root, "large/five megabytes.bin", seed: 99, LargeSize);
    }

    private static void WriteFile(string root, string name, int seed, int size)
    {
        var content = new byte[size];
        // Content that no compression and no repetition can hide a mistake in.
        var state = (uint)seed * 2654435761 + 1;
        for (var i = 0; i < size; i++)
        {
            state = (state * 1664525) + 1013904223;
            content[i] = (byte)(state >> 24);
        }

        var path = Path.Combine(root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
