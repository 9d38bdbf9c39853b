using Rapport.People;

namespace Rapport.Server.Hosting;

/// <summary>An access token is good, but not for this.</summary>
internal sealed class MissingScopeException(TokenScopes needed) : Exception($"the access token is not made for `{Scopes.NameOf(needed)}`: make one that is")
{
    /// <summary>What it would have to be for.</summary>
    public TokenScopes Needed { get; } = needed;
}

/// <summary>How scopes are written, in answers and on pages.</summary>
internal static class Scopes
{
    /// <summary>The scopes one by one, with their names.</summary>
    public static IReadOnlyList<(TokenScopes Scope, string Name)> All { get; } =
    [
        (TokenScopes.ReadOwn, "read-own"), (TokenScopes.ReadShared, "read-shared"), (TokenScopes.Contribute, "contribute"), (TokenScopes.Share, "share"), (TokenScopes.Converse, "converse"), (TokenScopes.App, "app"),
    ];

    /// <summary>The name of one scope.</summary>
    public static string NameOf(TokenScopes scope) => scope == TokenScopes.Measure ? "measure" : All.Single(s => s.Scope == scope).Name;
}
