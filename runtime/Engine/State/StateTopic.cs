namespace Yyc3.Connectors.Runtime.State;

/// <summary>What nodes tell each other about.</summary>
internal enum StateTopic
{
    Integration,
}
