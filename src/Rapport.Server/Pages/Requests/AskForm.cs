using Rapport.People;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Requests;

/// <summary>What was filled in to ask somebody, so that nobody needs to do it again when something is wrong.</summary>
/// <param name="To">The sign-in name, as typed.</param>
/// <param name="Kinds">The names of the kinds that are ticked.</param>
/// <param name="Months">For how long; 0 for nothing chosen.</param>
/// <param name="Reason">Why, as typed.</param>
public sealed record AskForm(string To, IReadOnlyList<string> Kinds, int Months, string Reason)
{
    /// <summary>Characters that are kept of a field: more than any may have, so that its own limit is what is told.</summary>
    private const int MostText = 1000;

    /// <summary>What may be chosen.</summary>
    public static IReadOnlyList<int> Lastings { get; } = [1, 3, 12];

    /// <summary>With the least that serves an aim.</summary>
    public static AskForm For(RequestAim aim) => new("", aim.Sharing.KindNames, 3, "");

    /// <summary>What was sent.</summary>
    public static AskForm Read(IFormCollection fields)
    {
        var kinds = fields["kind"].ToHashSet();
        return new AskForm(
            Text(fields["to"].ToString()),
            [.. Kind.Shareable.Select(static kind => kind.Name).Where(kinds.Contains)],
            int.TryParse(fields["months"].ToString(), out var months) && Lastings.Contains(months) ? months : 0,

            // Lines are of no meaning in so short a text.
            string.Join(' ', Text(fields["why"].ToString()).Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
    }

    /// <summary>What is missing, by field.</summary>
    public Dictionary<string, string> Problems()
    {
        Dictionary<string, string> problems = [];
        if (To.Length == 0)
        {
            problems["to"] = RequestText.WriteTo;
        }

        if (Kinds.Count == 0)
        {
            problems["kinds"] = RequestText.ChooseKinds;
        }

        if (Months == 0)
        {
            problems["lasting"] = RequestText.ChooseLasting;
        }

        if (Reason.Length == 0)
        {
            problems["why"] = RequestText.WriteWhy;
        }

        return problems;
    }

    /// <summary>What it asks for.</summary>
    public RequestTerms Terms(RequestAim aim) => new(aim.Code, Kinds, Months, Reason);

    private static string Text(string typed) => typed.Trim().Cut(MostText);
}
