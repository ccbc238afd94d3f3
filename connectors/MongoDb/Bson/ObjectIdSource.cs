using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Yyc3.Connectors.MongoDb.Bson;

/// <summary>Makes object ids as drivers do: seconds, five random bytes of this source, a counter. Thread-safe.</summary>
internal sealed class ObjectIdSource(TimeProvider time)
{
    /// <summary>Bytes of an id.</summary>
    public const int Size = 12;

    private readonly byte[] _random = RandomNumberGenerator.GetBytes(5);
    private int _counter = RandomNumberGenerator.GetInt32(1 << 24);

    public void Next(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, (uint)time.GetUtcNow().ToUnixTimeSeconds());
        _random.CopyTo(target[4..]);
        var count = Interlocked.Increment(ref _counter);
        target[9] = (byte)(count >> 16);
        target[10] = (byte)(count >> 8);
        target[11] = (byte)count;
    }
}
