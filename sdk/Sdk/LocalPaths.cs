namespace Yyc3.Connectors.Sdk;

/// <summary>
/// Confines the files of an integration to the tenant's data directory and the folders the operator lists.
/// Immutable and thread-safe.
/// </summary>
/// <param name="dataDirectory">Absolute folder that relative paths start from.</param>
/// <param name="reserved">Absolute folders inside it that belong to the host; nothing may lie in or around them.</param>
/// <param name="localRoots">Absolute folders outside it that the operator allows.</param>
public sealed class LocalPaths(string dataDirectory, IReadOnlyList<string> reserved, IReadOnlyList<string> localRoots)
{
    /// <summary>Absolute folder that relative paths start from. It may not exist yet.</summary>
    public string DataDirectory { get; } = Path.GetFullPath(dataDirectory);

    /// <summary>Turns a setting into an absolute path, or refuses it.</summary>
    /// <param name="field">Dotted path of the setting, for the error: <c>config.root</c>.</param>
    /// <param name="path">Relative to the data directory, or absolute.</param>
    /// <param name="allowLocalRoots">Whether the operator's folders count, or the data directory alone.</param>
    /// <returns>
    /// The absolute path without a trailing separator. Links are followed for the part that exists, so that a link inside
    /// an allowed folder cannot lead out of it.
    /// </returns>
    /// <exception cref="ConnectorException">The path is malformed or leaves the allowed folders.</exception>
    public string Resolve(string field, string path, bool allowLocalRoots)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw ConnectorException.Invalid(field, "is not a path");
        }

        var lexical = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, DataDirectory));
        var real = FollowLinks(lexical);
        if (reserved.Any(folder => Overlaps(real, FollowLinks(Path.GetFullPath(folder)))))
        {
            throw ConnectorException.Invalid(field, "is reserved for the runtime");
        }

        var allowed =
            IsBelow(real, FollowLinks(DataDirectory))
            || (allowLocalRoots && localRoots.Any(root => IsBelow(real, FollowLinks(Path.GetFullPath(root)))));
        return allowed
            ? real
            : throw ConnectorException.Invalid(
                field,
                allowLocalRoots
                    ? "must lie inside the data directory or a folder listed in YYC3_LOCALROOTS"
                    : "must lie inside the data directory"
            );
    }

    private static bool Overlaps(string path, string folder) => IsBelow(path, folder) || IsBelow(folder, path);

    private static bool IsBelow(string path, string folder)
    {
        var root = Path.TrimEndingDirectorySeparator(folder);
        return string.Equals(path, root, StringComparison.Ordinal)
            || path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    /// <summary>Resolves the links of the longest existing prefix, one component at a time.</summary>
    private static string FollowLinks(string path)
    {
        var root = Path.GetPathRoot(path)!;
        var current = root;
        foreach (
            var part in path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)
        )
        {
            current = Path.Combine(current, part);
            FileSystemInfo entry = Directory.Exists(current) ? new DirectoryInfo(current) : new FileInfo(current);
            if (entry.LinkTarget is not null && entry.ResolveLinkTarget(returnFinalTarget: true) is { } target)
            {
                current = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target.FullName));
            }
        }

        return Path.TrimEndingDirectorySeparator(current);
    }
}
