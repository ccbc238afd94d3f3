using System.Text;
using Yyc3.Connectors.MongoDb.Bson;
using Yyc3.Connectors.MongoDb.Values;
using Yyc3.Connectors.Sdk.Database;

namespace Yyc3.Connectors.MongoDb.Rows;

/// <summary>
/// The columns of documents: the names in the first batch, in the order they appear. When more documents may follow, or there
/// are too many names, a last column <c>_extra</c> takes whatever has no column of its own.
/// </summary>
internal sealed class DocumentColumns
{
    /// <summary>More names are most likely keys of data, not columns.</summary>
    public const int Most = 256;

    private readonly Dictionary<byte[], int> _positions = new(Utf8NameComparer.Instance);
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private readonly List<byte[]> _names = [];
    private readonly List<BsonType> _types = [];

    public DocumentColumns() => _lookup = _positions.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Whether some name found no place.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Number of columns with a name of their own.</summary>
    public int Count => _names.Count;

    /// <summary>Adds the names of a document.</summary>
    public void Add(ReadOnlySpan<byte> document)
    {
        var reader = new BsonReader(document);
        var next = 0;
        while (reader.Read())
        {
            var column = Find(reader.Name, next);
            if (column >= 0)
            {
                _types[column] = Join(_types[column], reader.Type);
                next = column + 1;
            }
            else if (_names.Count < Most)
            {
                var name = reader.Name.ToArray();
                _positions[name] = _names.Count;
                _names.Add(name);
                _types.Add(reader.Type);
                next = _names.Count;
            }
            else
            {
                IsFull = true;
            }
        }
    }

    /// <summary>Finds the column of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="guess">Where it most likely is: documents of one collection look alike.</param>
    /// <returns>Its position, or -1.</returns>
    public int Find(ReadOnlySpan<byte> name, int guess = int.MaxValue)
    {
        if (guess < _names.Count && name.SequenceEqual(_names[guess]))
        {
            return guess;
        }

        return _lookup.TryGetValue(name, out var column) ? column : -1;
    }

    /// <summary>Describes them.</summary>
    /// <param name="hasExtra">Whether the last column takes the rest.</param>
    /// <returns>The columns.</returns>
    public DbColumn[] Describe(bool hasExtra)
    {
        var columns = new List<DbColumn>(_names.Count + 1);
        for (var index = 0; index < _names.Count; index++)
        {
            columns.Add(new DbColumn(Encoding.UTF8.GetString(_names[index]), BsonValues.TypeName(_types[index])));
        }

        if (hasExtra)
        {
            var name = "_extra";
            while (columns.Exists(column => string.Equals(column.Name, name, StringComparison.Ordinal)))
            {
                name = "_" + name;
            }

            columns.Add(new DbColumn(name, "object"));
        }

        return [.. columns];
    }

    /// <summary>A column that holds several types has none.</summary>
    private static BsonType Join(BsonType known, BsonType seen)
    {
        if (known == seen || seen == BsonType.Null)
        {
            return known;
        }

        return known == BsonType.Null ? seen : BsonType.None;
    }
}
