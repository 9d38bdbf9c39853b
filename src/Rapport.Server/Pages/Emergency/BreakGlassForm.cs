using Rapport.People;

namespace Rapport.Server.Pages.Emergency;

/// <summary>What was filled in to open somebody's emergency door.</summary>
/// <param name="Who">The sign-in name or the number of the record, as typed.</param>
/// <param name="Reason">Why, as typed.</param>
public sealed record BreakGlassForm(string Who, string Reason)
{
    /// <summary>Characters that are kept of a field: more than any may have, so that its own limit is what is told.</summary>
    private const int MostText = 1000;

    /// <summary>Characters of a sign-in name, or of the number of a record.</summary>
    private const int MostName = 64;

    /// <summary>Nothing filled in.</summary>
    public static BreakGlassForm Empty { get; } = new("", "");

    /// <summary>What was sent. Lines are of no meaning in so short a reason.</summary>
    public static BreakGlassForm Read(IFormCollection fields) => new(
        Short(fields["who"].ToString()), string.Join(' ', Short(fields["why"].ToString()).Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));

    /// <summary>What is missing, by field.</summary>
    public Dictionary<string, string> Problems()
    {
        Dictionary<string, string> problems = [];
        if (Who.Length == 0)
        {
            problems["who"] = EmergencyText.WriteWho;
        }

        if (Reason.Length == 0)
        {
            problems["why"] = EmergencyText.WriteWhy;
        }
        else if (Reason.Length > EmergencyOpening.MaxText)
        {
            problems["why"] = Say.Fill(EmergencyText.ReasonTooLong, Say.Number(EmergencyOpening.MaxText));
        }

        return problems;
    }

    /// <summary>As much of it as an address carries: more than that is wrong anyway.</summary>
    public BreakGlassForm Fitting() => new(Who[..Math.Min(Who.Length, MostName)], Reason[..Math.Min(Reason.Length, EmergencyOpening.MaxText)]);

    /// <summary>As much of what was typed as is kept.</summary>
    public static string Short(string? typed) => typed?.Trim() is { } text ? text.Cut(MostText) : "";
}
