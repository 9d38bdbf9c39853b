using System.Text;
using Rapport.Records;

namespace Rapport.Server.Pages.Commenting;

/// <summary>A comment as somebody typed it.</summary>
/// <param name="Text">The words, on lines, without signs that are not seen.</param>
internal sealed record CommentDraft(string Text)
{
    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Problem => Text.Length switch
    {
        0 => CommentText.Missing,
        > Comment.MostText => Say.Fill(CommentText.TooLong, Say.Number(Comment.MostText)),
        _ => null,
    };

    /// <summary>What a form sent.</summary>
    public static CommentDraft Read(IFormCollection form)
    {
        var text = new StringBuilder();
        foreach (var line in form["text"].ToString().ReplaceLineEndings("\n").Split('\n'))
        {
            text.Append(OneLine.Of(line)).Append('\n');
        }

        return new CommentDraft(text.ToString().Trim());
    }
}
