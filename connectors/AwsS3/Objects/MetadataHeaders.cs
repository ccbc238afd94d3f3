using System.Text;
using Amazon.S3.Model;
using Yyc3.Connectors.Sdk;

namespace Yyc3.Connectors.AwsS3.Objects;

/// <summary>
/// The caller's metadata as headers. S3 lowers the case of names and some stores change more of them; values may only be printable
/// ASCII. So names travel in their plainest form, with one more header that tells how they really read, and other values travel as
/// S3's own console writes them (RFC 2047).
/// </summary>
/// <param name="Values">The caller's names and values.</param>
/// <param name="Gzip">How the content was compressed; null when it was not.</param>
internal sealed record MetadataHeaders(IReadOnlyDictionary<string, string> Values, GzipMark? Gzip)
{
    private const string Start = "x-amz-meta-";
    private const string Reserved = "yyc3-";
    private const string NamesHeader = "yyc3-names";
    private const string GzipHeader = "yyc3-gzip";
    private const char NameSeparator = '\n';

    /// <summary>What S3 allows for all names and values together.</summary>
    private const int MostBytes = 2048;

    /// <summary>Reads an answer's headers.</summary>
    public static MetadataHeaders Read(MetadataCollection headers)
    {
        var found = headers.Keys.ToDictionary(
            key => key.StartsWith(Start, StringComparison.OrdinalIgnoreCase) ? key[Start.Length..] : key,
            key => EncodedWord.Decode(headers[key]),
            StringComparer.OrdinalIgnoreCase
        );
        var gzip = found.Remove(GzipHeader, out var mark) ? GzipMark.Parse(mark) : null;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (found.Remove(NamesHeader, out var names))
        {
            foreach (var name in names.Split(NameSeparator))
            {
                if (found.Remove(PlainName(name), out var value))
                {
                    values[name] = value;
                }
            }
        }

        foreach (var (name, value) in found)
        {
            values[name] = value;
        }

        return new MetadataHeaders(values, gzip);
    }

    /// <summary>Refuses what cannot be kept.</summary>
    /// <param name="values">The caller's names and values.</param>
    /// <param name="isCompressed">Whether there must be room for the mark of compression, whose length is not known yet.</param>
    /// <exception cref="ConnectorException"><see cref="ErrorKind.InvalidArgument"/>, field <c>metadata</c>.</exception>
    public static void Check(IReadOnlyDictionary<string, string> values, bool isCompressed) =>
        new MetadataHeaders(values, isCompressed ? new GzipMark(long.MaxValue) : null).WriteTo(
            new MetadataCollection()
        );

    /// <summary>Adds the headers to a request.</summary>
    public void WriteTo(MetadataCollection headers)
    {
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Values)
        {
            var plain = PlainName(name);
            if (name.Length == 0 || name.Contains(NameSeparator, StringComparison.Ordinal))
            {
                throw ConnectorException.Invalid("metadata", "has a name that is empty or has a line break");
            }

            if (plain.StartsWith(Reserved, StringComparison.Ordinal))
            {
                throw ConnectorException.Invalid("metadata", "has a name with yyc3-, which is kept for the runtime");
            }

            if (!written.TryAdd(plain, EncodedWord.Encode(value)))
            {
                throw ConnectorException.Invalid("metadata", "has names that the store cannot tell apart");
            }
        }

        if (Values.Keys.Any(name => name != PlainName(name)))
        {
            written[NamesHeader] = EncodedWord.Encode(
                string.Join(NameSeparator, Values.Keys.Where(name => name != PlainName(name)))
            );
        }

        if (Gzip is not null)
        {
            written[GzipHeader] = Gzip.ToString();
        }

        if (written.Sum(header => header.Key.Length + header.Value.Length) > MostBytes)
        {
            throw ConnectorException.Invalid("metadata", "is larger than the 2 KB that S3 keeps");
        }

        foreach (var (name, value) in written)
        {
            headers[name] = value;
        }
    }

    /// <summary>The name with lower-case letters, digits and dashes only, which every store keeps.</summary>
    private static string PlainName(string name)
    {
        var plain = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            plain.Append(char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '-');
        }

        return plain.ToString();
    }
}
