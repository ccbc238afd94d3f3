namespace Yyc3.Connectors.Rpc.Rest.Json.Members;

/// <summary>Finds a member by the UTF-8 text of its name, without making a string of it.</summary>
internal sealed class NameTable
{
    private readonly Entry[] _entries;
    private readonly int[] _buckets;

    public NameTable(IReadOnlyDictionary<string, JsonMember> members)
    {
        _entries = new Entry[members.Count];
        _buckets = new int[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(members.Count * 2) + 1)];
        Array.Fill(_buckets, -1);
        var count = 0;
        foreach (var (name, member) in members)
        {
            var utf8 = System.Text.Encoding.UTF8.GetBytes(name);
            ref var bucket = ref _buckets[Hash(utf8) & (_buckets.Length - 1)];
            _entries[count] = new Entry(utf8, member, bucket);
            bucket = count++;
        }
    }

    public JsonMember? Find(ReadOnlySpan<byte> name)
    {
        for (var i = _buckets[Hash(name) & (_buckets.Length - 1)]; i >= 0; i = _entries[i].Next)
        {
            if (name.SequenceEqual(_entries[i].Name))
            {
                return _entries[i].Member;
            }
        }

        return null;
    }

    /// <summary>Names are few and known, so nobody can choose them to collide.</summary>
    private static int Hash(ReadOnlySpan<byte> name)
    {
        var hash = name.Length;
        foreach (var letter in name)
        {
            hash = (hash * 31) + letter;
        }

        return hash;
    }

    private readonly record struct Entry(byte[] Name, JsonMember Member, int Next);
}
