namespace Yyc3.Connectors.MySql.Protocol;

/// <summary>A value cannot be bound; nothing was sent.</summary>
/// <param name="index">Position of the parameter, from 0.</param>
/// <param name="reason">What is wrong with it, without its name.</param>
internal sealed class MySqlValueException(int index, string reason) : Exception(reason)
{
    public int Index => index;
}
