using System.Text;
using Rapport.Records;

namespace Rapport.Server.Pages.Commenting;

/// <summary>A comment as somebody typed it.</summary>
/// <param name="Text">The words, on lines, without signs that are not seen.</param>
/// <param name="Key">The key of the form in which they typed it.</param>
internal sealed record CommentDraft(string Text, string Key)
{
    private const int MostKey = 64;

    /// <summary>What is written.</summary>
    public CommentWords Words => new(Text, Key);

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

        return new CommentDraft(text.ToString().Trim(), form["key"].ToString() is { Length: > 0 and <= MostKey } key ? key : CommentWords.NewKey());
    }
}
