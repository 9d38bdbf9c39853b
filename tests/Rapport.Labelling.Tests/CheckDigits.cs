namespace Rapport.Labelling.Tests;

/// <summary>The check digits of SNOMED CT (Verhoeff, TIG 6.3) and LOINC (modulus 10, LOINC Users' Guide).</summary>
internal static class CheckDigits
{
    private static readonly string[] Dihedral =
        ["0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"];

    private static readonly string[] Permutation = ["0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"];

    internal static bool IsSnomed(string code)
    {
        if (code.Length is < 6 or > 18 || !code.All(char.IsAsciiDigit) || code[^3..^1] is not ("00" or "10"))
        {
            return false;
        }

        var check = 0;
        for (var i = 0; i < code.Length; i++)
        {
            check = Dihedral[check][Permutation[i % 8][code[^(i + 1)] - '0'] - '0'] - '0';
        }

        return check == 0;
    }

    internal static bool IsLoinc(string code)
    {
        if (code.Split('-') is not [{ Length: > 0 } number, { Length: 1 } check] || !number.All(char.IsAsciiDigit))
        {
            return false;
        }

        var sum = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var digit = (number[^(i + 1)] - '0') * (i % 2 == 0 ? 2 : 1);
            sum += (digit / 10) + (digit % 10);
        }

        return check[0] - '0' == (10 - (sum % 10)) % 10;
    }
}
