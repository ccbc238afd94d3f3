namespace Yyc3.Connectors.Sdk;

/// <summary>
/// Names the connector of a plugin assembly, so that the host need not scan its types:
/// <c>[assembly: Connector(typeof(AcmeConnector))]</c>.
/// </summary>
/// <param name="type">A public or internal class that implements <see cref="IConnector"/>.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class ConnectorAttribute(Type type) : Attribute
{
    /// <summary>The connector class.</summary>
    public Type Type { get; } = type;
}
