using Rapport.Language;

namespace Rapport.People;

/// <summary>Who gave a professional their licence number.</summary>
public enum LicenceKind
{
    /// <summary>Another register: the number is kept as typed.</summary>
    Other,

    /// <summary>United States: National Provider Identifier, 10 digits; the last is Luhn's check digit over <c>80840</c> and the rest (CMS, 45 CFR 162.406).</summary>
    Npi,

    /// <summary>Germany: lebenslange Arztnummer, 9 digits; the seventh checks the first six with the weights 4 and 9 (KBV-Richtlinie, § 75 SGB V).</summary>
    Lanr,

    /// <summary>France: Répertoire partagé des professionnels de santé, 11 digits; the last is Luhn's check digit.</summary>
    Rpps,

    /// <summary>United Kingdom: General Medical Council reference, 7 digits, without a check digit.</summary>
    Gmc,

    /// <summary>Netherlands: BIG register, 11 digits, without a published check digit.</summary>
    Big,
}

/// <summary>A licence to practise.</summary>
/// <param name="Kind">Who gave it.</param>
/// <param name="Number">In its normal form: without spaces.</param>
public sealed record Licence(LicenceKind Kind, string Number)
{
    /// <summary>Reads what was typed; null with the reason when it cannot be a number of this kind.</summary>
    public static Licence? Read(LicenceKind kind, string typed, out string? problem)
    {
        var number = string.Concat(typed.Where(static c => !char.IsWhiteSpace(c) && c is not ('-' or '.')));
        problem = kind switch
        {
            LicenceKind.Other => PlainText.Check(typed, PeopleText.LicenceNumber, 40, out var why) is null ? why : null,
            LicenceKind.Npi => Wrong(number, 10) ?? (Luhn("80840" + number) && number[0] is '1' or '2' ? null : NotRight),
            LicenceKind.Lanr => Wrong(number, 9) ?? (LanrDigit(number) == number[6] - '0' ? null : NotRight),
            LicenceKind.Rpps => Wrong(number, 11) ?? (Luhn(number) ? null : NotRight),
            LicenceKind.Gmc => Wrong(number, 7),
            LicenceKind.Big => Wrong(number, 11),
            _ => PeopleText.NoRegister,
        };
        return problem is null ? new Licence(kind, kind == LicenceKind.Other ? typed.Trim() : number) : null;
    }

    private static string NotRight => PeopleText.CheckDigit;

    private static string? Wrong(string number, int digits) =>
        number.Length == digits && number.All(char.IsAsciiDigit) ? null : Say.Fill(PeopleText.LicenceDigits, Say.Number(digits));

    private static bool Luhn(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            var doubled = i % 2 == 1 ? digit * 2 : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }

        return sum % 10 == 0;
    }

    private static int LanrDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < 6; i++)
        {
            sum += (digits[i] - '0') * (i % 2 == 0 ? 4 : 9);
        }

        return (10 - (sum % 10)) % 10;
    }
}

/// <summary>What an organisation says of somebody who works there, after it looked.</summary>
public sealed record Vouching
{
    /// <summary>As what they work, in words: 1 to 100 characters.</summary>
    public required string Role { get; init; }

    /// <summary>Their licence, where their work needs one.</summary>
    public Licence? Licence { get; init; }

    /// <summary>Until when it holds, exclusive: at most <see cref="MaxFor"/> from now. Then somebody has to look again.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Who looked, by name.</summary>
    public required string VerifiedBy { get; init; }

    /// <summary>How long a vouching holds at most: two years.</summary>
    public static TimeSpan MaxFor { get; } = TimeSpan.FromDays(731);
}

/// <summary>That an organisation has verified somebody.</summary>
/// <param name="Licence">The licence it saw; null when none is needed.</param>
/// <param name="At">When it looked.</param>
/// <param name="By">Who looked, by name.</param>
public sealed record Verification(Licence? Licence, DateTimeOffset At, string By);

/// <summary>What everyone of the installation may know of a professional: what organisations vouch for, now and before.</summary>
/// <param name="Professional">Who.</param>
/// <param name="Memberships">Where they work or worked, newest first.</param>
public sealed record ProfessionalProfile(Professional Professional, IReadOnlyList<(Organisation Organisation, Membership Membership)> Memberships);
