using System.Globalization;
using Rapport.People;

namespace Rapport.Server.Pages.Operator;

/// <summary>What was typed to vouch for somebody.</summary>
public sealed record VouchingForm(string SignInName, string Role, string Kind, string Number, string Until)
{
    public static VouchingForm Empty { get; } = new("", "", "", "", "");

    public static VouchingForm Read(IFormCollection form) =>
        new(form["name"].ToString().Trim(), form["role"].ToString().Trim(), form["kind"].ToString(), form["number"].ToString().Trim(), form["until"].ToString());

    /// <summary>What it says, or what is wrong with it.</summary>
    public (Vouching? Vouching, string? Problem) ToVouching(string by)
    {
        if (!DateOnly.TryParseExact(Until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var lastDay) || lastDay.Year > 2200)
        {
            return (null, OperatorText.ChooseLastDay);
        }

        string? problem = null;
        var licence = Kind.Length == 0 ? null
            : Enum.IsDefined(typeof(LicenceKind), Kind) ? Licence.Read(Enum.Parse<LicenceKind>(Kind), Number, out problem)
            : null;
        if (Kind.Length > 0 && licence is null)
        {
            problem ??= OperatorText.ChooseRegister;
        }

        return problem is null
            ? (new Vouching { Role = Role, Licence = licence, Until = new DateTimeOffset(lastDay.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero), VerifiedBy = by }, null)
            : (null, problem);
    }
}
