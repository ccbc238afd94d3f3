namespace Yyc3.Connectors.MongoDb.Settings;

/// <summary>Who authenticates.</summary>
/// <param name="Name">User name.</param>
/// <param name="Password">Password, prepared.</param>
internal sealed record ScramUser(string Name, string Password)
{
    /// <summary>Prints nothing secret.</summary>
    /// <returns>A word.</returns>
    public override string ToString() => "user";
}
