using System.Buffers;
using System.Buffers.Binary;
using Yyc3.Connectors.PostgreSql.Values;

namespace Yyc3.Connectors.PostgreSql.Records;

/// <summary>Rows in the binary format of <c>COPY</c>, in memory that is given back by <see cref="Dispose"/>.</summary>
internal sealed class NewRows : IDisposable
{
    private const short NoMoreRows = -1;
    private const int Null = -1;

    /// <summary>Rows are held once more; larger pages are better inserted from where they are.</summary>
    private const int MostBytes = 64 * 1024 * 1024;

    private readonly byte[] _rented;
    private readonly int _length;

    private NewRows(byte[] rented, int length) => (_rented, _length) = (rented, length);

    /// <summary>The whole of it, header and end included.</summary>
    public ReadOnlyMemory<byte> Bytes => _rented.AsMemory(0, _length);

    // What tells the format; then four bytes of flags and four that say how much more of a header there is.
    private static ReadOnlySpan<byte> Header =>
        [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Whether rows with columns of these types can be written at all.</summary>
    /// <param name="types">The types without modifiers.</param>
    public static bool Takes(IEnumerable<string> types) => types.All(type => WireForm.Of(type) is not null);

    /// <summary>Writes rows.</summary>
    /// <param name="types">The columns' types, which <see cref="Takes"/> has found good.</param>
    /// <param name="texts">The values of each column, as many in each.</param>
    /// <returns>The rows; null when a value is better left to the server, or they are too large.</returns>
    public static NewRows? Of(IReadOnlyList<string> types, IReadOnlyList<ReadOnlyMemory<byte>?[]> texts)
    {
        var writers = types.Select(type => WireForm.Of(type)!).ToArray();
        var rows = texts[0].Length;
        var most = (long)Header.Length + sizeof(short) + (sizeof(short) * (long)rows);
        foreach (var column in texts)
        {
            foreach (var text in column)
            {
                most += sizeof(int) + WireForm.MostMore + (text?.Length ?? 0);
            }
        }

        if (most > MostBytes)
        {
            return null;
        }

        var rented = ArrayPool<byte>.Shared.Rent((int)most);
        var length = Write(rented, rows, writers, texts);
        if (length >= 0)
        {
            return new NewRows(rented, length);
        }

        ArrayPool<byte>.Shared.Return(rented);
        return null;
    }

    /// <summary>Once, when nobody reads the bytes any more.</summary>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_rented);

    private static int Write(
        Span<byte> target,
        int rows,
        WireWriter[] writers,
        IReadOnlyList<ReadOnlyMemory<byte>?[]> texts
    )
    {
        Header.CopyTo(target);
        var at = Header.Length;
        for (var row = 0; row < rows; row++)
        {
            BinaryPrimitives.WriteInt16BigEndian(target[at..], (short)writers.Length);
            at += sizeof(short);
            for (var column = 0; column < writers.Length; column++)
            {
                var length = Null;
                if (texts[column][row] is { } text)
                {
                    length = writers[column](text.Span, target[(at + sizeof(int))..]);
                    if (length < 0)
                    {
                        return -1;
                    }
                }

                BinaryPrimitives.WriteInt32BigEndian(target[at..], length);
                at += sizeof(int) + Math.Max(0, length);
            }
        }

        BinaryPrimitives.WriteInt16BigEndian(target[at..], NoMoreRows);
        return at + sizeof(short);
    }
}
