using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;

namespace Rapport.Server.Design;

/// <summary>Sentences with marks in them, such as a link: the sentence is ours and may hold HTML, what fills its holes is not and is encoded.</summary>
internal static class Html
{
    /// <summary>A sentence with its holes filled; see <see cref="Say.Fill"/>.</summary>
    public static MarkupString Fill(string sentence, params ReadOnlySpan<string> holes) => new(Say.Fill(sentence, Encode(holes)));

    /// <summary>The same with the form that a count takes; see <see cref="Say.Count(string, long, ReadOnlySpan{string})"/>.</summary>
    public static MarkupString Count(string forms, long count, params ReadOnlySpan<string> others) => new(Say.Count(forms, count, Encode(others)));

    private static string[] Encode(ReadOnlySpan<string> holes)
    {
        var encoded = new string[holes.Length];
        for (var i = 0; i < holes.Length; i++)
        {
            encoded[i] = HtmlEncoder.Default.Encode(holes[i]);
        }

        return encoded;
    }
}
