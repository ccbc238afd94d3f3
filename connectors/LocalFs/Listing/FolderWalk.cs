using System.IO.Enumeration;
using Yyc3.Connectors.LocalFs.Files;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.LocalFs.Listing;

/// <summary>
/// Gives the keys below a folder in ordinal order. A folder sorts as its name with a slash, since that is what the keys
/// inside it start with: <c>a</c>, <c>a.txt</c>, <c>a/b</c>. At most a page of names per level is held in memory.
/// </summary>
internal sealed class FolderWalk
{
    private readonly string _root;
    private readonly string _prefix;
    private readonly bool _recursive;

    public FolderWalk(string root, string prefix, bool recursive)
    {
        if (prefix.Length > 0)
        {
            var folder = prefix.EndsWith('/')
                ? prefix[..^1]
                : throw ConnectorException.Invalid("path", "must end in '/'");
            _ = ObjectKey.Parse(folder);
        }

        (_root, _prefix, _recursive) = (root, prefix, recursive);
    }

    /// <summary>Keys after the given one. Some may be gone, or be no files, when they are looked at.</summary>
    public IEnumerable<string> KeysAfter(string after, int batch) => Walk(_prefix, after, batch);

    private IEnumerable<string> Walk(string prefix, string after, int batch)
    {
        var last = "";
        while (true)
        {
            var names = NextNames(prefix, after, last, batch);
            foreach (var name in names)
            {
                if (!name.EndsWith('/'))
                {
                    yield return prefix + name;
                    continue;
                }

                foreach (var key in Walk(prefix + name, after, batch))
                {
                    yield return key;
                }
            }

            if (names.Count < batch)
            {
                yield break;
            }

            last = names[^1];
        }
    }

    /// <summary>The smallest names of a folder after the last one, in order.</summary>
    private List<string> NextNames(string prefix, string after, string last, int count)
    {
        // The greatest name comes out first, to make room for a smaller one.
        var smallest = new PriorityQueue<string, string>(
            Comparer<string>.Create((left, right) => string.CompareOrdinal(right, left))
        );
        foreach (var name in Names(prefix))
        {
            if (string.CompareOrdinal(name, last) > 0 && MayHoldKeysAfter(prefix + name, after))
            {
                smallest.Enqueue(name, name);
                if (smallest.Count > count)
                {
                    smallest.Dequeue();
                }
            }
        }

        var names = new List<string>(smallest.Count);
        while (smallest.TryDequeue(out var name, out _))
        {
            names.Add(name);
        }

        names.Reverse();
        return names;
    }

    private static bool MayHoldKeysAfter(string path, string after) =>
        string.CompareOrdinal(path, after) > 0
        || (path.EndsWith('/') && after.StartsWith(path, StringComparison.Ordinal));

    private IEnumerable<string> Names(string prefix)
    {
        using var folder = Open(prefix);
        if (folder is null)
        {
            yield break;
        }

        var entries = new FileSystemEnumerable<string>(
            folder.Location,
            (ref FileSystemEntry entry) =>
                entry.IsDirectory ? entry.FileName.ToString() + "/" : entry.FileName.ToString(),
            new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None }
        );
        foreach (var name in entries)
        {
            var isFolder = name.EndsWith('/');
            if ((_recursive || !isFolder) && ObjectKey.IsValid(prefix + name.TrimEnd('/')))
            {
                yield return name;
            }
        }
    }

    private Folder? Open(string prefix)
    {
        if (prefix.Length == 0)
        {
            return Folder.Find(_root, []);
        }

        try
        {
            return Folder.Find(_root, ObjectKey.Parse(prefix[..^1]).Segments);
        }
        catch (Exception error) when (prefix != _prefix && IsPassedOver(error))
        {
            return null;
        }
    }

    /// <summary>Links and closed folders below the one asked for are not part of the store.</summary>
    private static bool IsPassedOver(Exception error) =>
        error is UnauthorizedAccessException or ConnectorException { Kind: ErrorKind.InvalidArgument };
}
