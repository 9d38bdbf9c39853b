using System.Globalization;
using Rapport.Consent;
using Rapport.People;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Acting.Carers;

/// <summary>How somebody is asked to look after a child too, as it was sent.</summary>
public sealed record CareForm
{
    /// <summary>Whoever is given a link.</summary>
    public const string ByLink = "link";

    /// <summary>For how many days one may answer.</summary>
    public const int Days = 7;

    /// <summary>As what one can be asked: a parent, a guardian by law, or somebody for a while.</summary>
    public static IReadOnlyList<string> Roles { get; } = [Delegation.Parent, Delegation.Guardian, Delegation.Delegatee];

    /// <summary>The reference of somebody of the circle, or <see cref="ByLink"/>; empty for nothing yet.</summary>
    public string Who { get; init; } = "";

    /// <summary>One of <see cref="Roles"/>; empty for nothing yet.</summary>
    public string Role { get; init; } = "";

    /// <summary>The last day as typed; empty for as long as the child is small.</summary>
    public string Until { get; init; } = "";

    /// <summary>Whether whoever asks says that they may decide it.</summary>
    public bool IsMine { get; init; }

    /// <summary>Tells it from another one when it is sent again.</summary>
    public string Once { get; init; } = FormKey.New();

    /// <summary>What stands in a circle of whoever accepts.</summary>
    public string Relationship => Role == Delegation.Parent ? "parent" : Role == Delegation.Guardian ? "guardian" : "carer";

    public static CareForm Read(IFormCollection fields) => new()
    {
        Who = fields["who"].ToString().Cut(200),
        Role = Roles.Contains(fields["role"].ToString()) ? fields["role"].ToString() : "",
        Until = fields["until"].ToString().Trim().Cut(20),
        IsMine = fields["mine"] == "on",
        Once = FormKey.Of(fields["once"].ToString()),
    };

    /// <summary>What it amounts to; null when something is missing or wrong.</summary>
    /// <param name="offered">Whom one can ask by name.</param>
    /// <param name="from">The agreement of whoever asks.</param>
    /// <param name="child">The child's name.</param>
    /// <param name="today">By the clock of whoever asks.</param>
    /// <param name="problems">What is wrong, by field.</param>
    public CareOffer? ToOffer(IReadOnlyList<RecipientChoice> offered, PatientConsent from, string child, DateOnly today, out IReadOnlyDictionary<string, string> problems)
    {
        Dictionary<string, string> found = [];
        problems = found;
        if (Who != ByLink && offered.All(choice => choice.Value != Who))
        {
            found["who"] = CareText.ChooseWho;
        }

        if (Role.Length == 0)
        {
            found["role"] = CareText.ChooseRole;
        }

        DateTimeOffset? until = null;
        if (Until.Length > 0)
        {
            if (!DateOnly.TryParseExact(Until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || day < today || day.Year > today.Year + 30)
            {
                found["until"] = SharingText.ChooseLastDay;
            }
            else
            {
                // The last day of whoever asks ends when it does where they were let in, which may be an hour of it here.
                until = from.ValidUntil is { } last && Say.LastDayOf(last) == day ? last : TimeZones.At(day.AddDays(1), TimeOnly.MinValue);
            }
        }
        else if (Role == Delegation.Delegatee)
        {
            found["until"] = CareText.NeedsDay;
        }

        if (from.ValidUntil is { } own && !found.ContainsKey("until") && !(until <= own))
        {
            found["until"] = Say.Fill(CareText.NotLonger, child, Say.LastDay(own));
        }

        if (!IsMine)
        {
            found["mine"] = Say.Fill(CareText.SayMine, child);
        }

        return found.Count > 0 ? null : new CareOffer(Role, until);
    }
}
