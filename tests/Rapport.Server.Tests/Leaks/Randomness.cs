using System.Text.RegularExpressions;

namespace Rapport.Server.Tests.Leaks;

/// <summary>What differs between any two answers to one request, whatever is in the records. Lengths stay.</summary>
internal static partial class Randomness
{
    /// <summary>An answer without it.</summary>
    public static string Without(string answer) => Ledger().Replace(Random().Replace(answer, static match => new string('*', match.Length)), static match => match.Groups["name"].Value + new string('*', match.Groups["key"].Length));

    /// <summary>What data protection sealed (the antiforgery token of a form and its cookie, drafts of forms), what names a line of one's own ledger, what tells a form that is sent twice, what introduces somebody who is to be blocked, and UUIDs.</summary>
    [GeneratedRegex("CfDJ8[A-Za-z0-9_-]{40,}|name=\"once\" value=\"[0-9a-fA-F]{32}\"|circle/block\\?who=[^\"]+|data-tale=\"[0-9a-f]{16}\"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.NonBacktracking)]
    private static partial Regex Random();

    /// <summary>By which key the installation signs checkpoints.</summary>
    [GeneratedRegex("(?<name>X-Ledger-Key: )(?<key>[^\n]*)", RegexOptions.NonBacktracking)]
    private static partial Regex Ledger();
}
