using System.Text;

namespace Yyc3.Connectors.LocalQueue.Format;

/// <summary>
/// Where a key belongs: 64-bit FNV-1a of its UTF-8, both halves folded. Must never change, or messages with one key would
/// part ways at an update.
/// </summary>
internal static class KeyHash
{
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static int PartitionOf(string key, int partitions)
    {
        var hash = Basis;
        foreach (var value in Encoding.UTF8.GetBytes(key))
        {
            hash = unchecked((hash ^ value) * Prime);
        }

        return (int)((uint)(hash ^ (hash >> 32)) % (uint)partitions);
    }
}
