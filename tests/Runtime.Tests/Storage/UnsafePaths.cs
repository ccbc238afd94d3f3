namespace Yyc3.Connectors.Runtime.Tests.Storage;

/// <summary>Ways to write a path that leads somewhere else.</summary>
internal static class UnsafePaths
{
    private static readonly string[] Dots =
    [
        "..",
        ".",
        "%2e%2e",
        "%2E%2E",
        ".%2e",
        "%2e.",
        "%252e%252e",
        "%25252e%25252e",
        "%2525252525252e.",
        "%c0%ae%c0%ae",
        "%C0%AE.",
        "%e0%80%ae%e0%80%ae",
        "%u002e%u002e",
        "\uFF0E\uFF0E",
        ".\uFF0E",
        "\u2024\u2024",
        "\u2025",
        "\uFE52\uFE52",
        "%ef%bc%8e%ef%bc%8e",
        "%E2%80%A5",
        ".. ",
        " ..",
        "..\u00A0",
        "..\u3000",
        "%20..",
        "%2e%2e%20",
        "%2e",
    ];

    private static readonly string[] Frames =
    [
        "{0}/etc/passwd",
        "/{0}/etc/passwd",
        "a/{0}/b",
        "a/{0}/{0}/{0}/b",
        "a/b/{0}/c",
        "/a/b/c/{0}/x.txt",
    ];

    private static readonly string[] Slashes =
    [
        "a\\b",
        "..\\..\\windows",
        "a//b",
        "a///b",
        "//server/share",
        "a%2fb",
        "a%2Fb",
        "a%252fb",
        "a%25252fb",
        "a%5cb",
        "a%5Cb",
        "a%255cb",
        "..%2f..%2fetc",
        "%2fetc%2fpasswd",
        "a%c0%afb",
        "a%e0%80%afb",
        "a%c1%9cb",
        "a%u002fb",
        "a%u005cb",
        "..\uFF0Fetc",
        "..\u2215etc",
        "..\u2044etc",
        "..\uFF3Cetc",
        "a\uFF0F..\uFF0Fb",
        "..%ef%bc%8fetc",
    ];

    private static readonly string[] Hidden =
    [
        "a%00b",
        "a%00.txt",
        "a%2500b",
        "a%0ab",
        "a%0d%0ab",
        "a%7fb",
        "a%c2%85b",
        "\uD800",
        "a\uDC00b",
        "a\uD800b",
        "\uDE00\uD83D",
        "a\uD800\uFFFD",
        "\uFFFD\uDC00",
    ];

    /// <summary>Every one of them, for files and folders alike.</summary>
    public static IEnumerable<string> All =>
        [
            .. Dots.SelectMany(dots => Frames.Select(frame => frame.Replace("{0}", dots, StringComparison.Ordinal))),
            .. Slashes,
            .. Hidden,
            .. Enumerable.Range(0, 32).Concat(Enumerable.Range(127, 33)).Select(code => $"a{(char)code}b"),
            new string('a', 1025),
            new string('字', 342),
        ];
}
