using Rapport.Conversations;

namespace Rapport.Server.Pages.Opinions;

/// <summary>An opinion as it was filled in, so that nobody needs to do it again when something is wrong.</summary>
/// <param name="Stance">How they see it; null for nothing chosen.</param>
/// <param name="View">What they think.</param>
/// <param name="Confidence">How sure they are; null for nothing chosen.</param>
/// <param name="Next">What else to do.</param>
/// <param name="Evidence">What speaks for it.</param>
/// <param name="Links">Addresses, one in a line.</param>
public sealed record AnswerForm(OpinionStance? Stance, string View, OpinionConfidence? Confidence, string Next, string Evidence, string Links)
{
    /// <summary>Nothing filled in.</summary>
    public static AnswerForm Empty { get; } = new(null, "", null, "", "", "");

    /// <summary>What was sent.</summary>
    public static AnswerForm Read(IFormCollection fields) => new(
        Opinion.FindStance(fields["stance"].ToString()), Text(fields["view"].ToString()), Opinion.FindConfidence(fields["confidence"].ToString()), Text(fields["next"].ToString()),
        Text(fields["evidence"].ToString()), Text(fields["links"].ToString()));

    /// <summary>What is wrong, by field.</summary>
    public Dictionary<string, string> Problems()
    {
        Dictionary<string, string> problems = [];
        if (Stance is null)
        {
            problems["stance"] = OpinionText.StanceProblem;
        }

        if (View.Length is 0 or > Opinion.MostText)
        {
            problems["view"] = Say.Fill(OpinionText.ViewProblem, Say.Number(Opinion.MostText));
        }

        if (Confidence is null)
        {
            problems["confidence"] = OpinionText.ConfidenceProblem;
        }

        foreach (var (field, text) in new[] { ("next", Next), ("evidence", Evidence) })
        {
            if (text.Length > Opinion.MostText)
            {
                problems[field] = Say.Fill(OpinionText.TextTooLong, Say.Number(Opinion.MostText));
            }
        }

        if (Lines.Count > Opinion.MostLinks || !Lines.All(Opinion.IsLink))
        {
            problems["links"] = Say.Fill(OpinionText.LinksProblem, Say.Number(Opinion.MostLinks));
        }

        return problems;
    }

    /// <summary>The opinion, where nothing is wrong.</summary>
    public Opinion ToOpinion() => new(Stance!.Value, View, Confidence!.Value, Next.Length == 0 ? null : Next, Evidence.Length == 0 ? null : Evidence, Lines);

    private IReadOnlyList<string> Lines => [.. Links.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>One more letter than may be is kept, so that the limit is what is told. What does not print is of no meaning.</summary>
    private static string Text(string typed)
    {
        var text = string.Concat(typed.ReplaceLineEndings("\n").Where(static letter => letter == '\n' || !char.IsControl(letter))).Trim();
        return text.Cut(Opinion.MostText + 1);
    }
}
