using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Yyc3.Connectors.Rpc.Rest.Json.Scalars;

/// <summary>A whole number; every spelling of one is read.</summary>
internal abstract class IntegerCodec<T> : ValueCodec<T>
    where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
{
    private static readonly string Range = string.Create(
        CultureInfo.InvariantCulture,
        $"must be between {T.MinValue} and {T.MaxValue}"
    );

    public sealed override T Read(ref JsonInput input) =>
        input.Reader.TokenType == JsonTokenType.Number && TryRead(ref input, out var value)
            ? value
            : InRange(WholeNumber.Read(ref input));

    public sealed override T Parse(string text) => InRange(WholeNumber.Parse(text));

    public sealed override string Format(T value) => value.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>Reads plain digits that fit.</summary>
    protected abstract bool TryRead(ref JsonInput input, out T value);

    private static T InRange(decimal whole) =>
        whole >= decimal.CreateChecked(T.MinValue) && whole <= decimal.CreateChecked(T.MaxValue)
            ? T.CreateChecked(whole)
            : throw new JsonReadException(Range);
}
