using Microsoft.AspNetCore.DataProtection;
using Rapport.People;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Tokens;

/// <summary>What was filled in to make a token.</summary>
/// <param name="Label">What it is for.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Until">For how long: one of <see cref="Lasting"/>.</param>
public sealed record TokenForm(string Label, TokenScopes Scopes, string Until)
{
    /// <summary>The longest label.</summary>
    public const int LongestLabel = 100;

    /// <summary>What is proposed: reading one's own record, for a year.</summary>
    public static TokenForm Empty { get; } = new("", TokenScopes.ReadOwn, Lasting.Year);

    public static TokenForm Read(IFormCollection fields)
    {
        var scopes = TokenScopes.None;
        foreach (var (scope, name) in Hosting.Scopes.All)
        {
            scopes |= fields["scope"].Contains(name) ? scope : TokenScopes.None;
        }

        return new(fields["label"].ToString().Trim(), scopes, Lasting.Read(fields["lasting"]));
    }

    /// <summary>As much of it as an address carries.</summary>
    public TokenForm Fitting() => this with { Label = Label[..Math.Min(Label.Length, LongestLabel)] };
}

/// <summary>Such forms, while whoever filled them in shows that it is them.</summary>
/// <inheritdoc/>
internal sealed class TokenForms(IDataProtectionProvider protection) : SealedDrafts<TokenForm>(protection, "token-draft");
