using System.Text.RegularExpressions;

namespace Rapport.Server.Pages.Conversations;

/// <summary>A piece of a message: words, or an address that somebody can follow.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Href">Where it leads; null for words.</param>
internal readonly record struct MessagePart(string Text, string? Href);

/// <summary>Finds the addresses in a message. A message is plain text: nothing else in it is a mark. Pure.</summary>
internal static partial class MessageParts
{
    private const int MostAddress = 2000;

    /// <summary>The text in pieces, in its order.</summary>
    public static IReadOnlyList<MessagePart> Of(string text)
    {
        var (parts, at) = (new List<MessagePart>(), 0);
        foreach (Match match in Address().Matches(text))
        {
            var address = WithoutEnd(match.Value);
            if (address.Length > MostAddress || !Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.UserInfo.Length > 0)
            {
                continue;
            }

            if (match.Index > at)
            {
                parts.Add(new MessagePart(text[at..match.Index], null));
            }

            parts.Add(new MessagePart(address, address));
            at = match.Index + address.Length;
        }

        if (at < text.Length)
        {
            parts.Add(new MessagePart(text[at..], null));
        }

        return parts;
    }

    /// <summary>What ends a sentence is not of the address; a bracket is where it was opened in it.</summary>
    private static string WithoutEnd(string address)
    {
        var end = address.Length;
        while (end > 0 && (".,;:!?'\"»”’".Contains(address[end - 1], StringComparison.Ordinal) || (address[end - 1] == ')' && address.AsSpan(0, end).Count(')') > address.AsSpan(0, end).Count('('))))
        {
            end--;
        }

        return address[..end];
    }

    [GeneratedRegex(@"\bhttps?://[^\s<>]+", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Address();
}
