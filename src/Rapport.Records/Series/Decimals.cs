namespace Rapport.Records;

/// <summary>
/// Numbers that are decimal fractions of few digits as whole numbers of the smallest of them; where one is not, the bits of each. Either way the same
/// number comes back, bit for bit.
/// </summary>
internal sealed class Decimals
{
    /// <summary>In place of a count of digits: the numbers are their bits.</summary>
    internal const byte None = byte.MaxValue;

    private const int MostDigits = 6;

    private static readonly double[] PowersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

    private readonly double[] _numbers;

    private Decimals(double[] numbers, byte digits) => (_numbers, Digits) = (numbers, digits);

    /// <summary>How many digits there are after the point, or <see cref="None"/>.</summary>
    internal byte Digits { get; }

    internal long this[int index] => Whole(_numbers[index], Digits);

    internal static Decimals Of(double[] numbers)
    {
        var digits = 0;
        foreach (var number in numbers)
        {
            digits = Extend(digits, number);
        }

        return new Decimals(numbers, (byte)digits);
    }

    /// <summary>The fewest digits, at least so many, that write a number exactly; <see cref="None"/> when there are too many.</summary>
    internal static int Extend(int digits, double number)
    {
        while (digits <= MostDigits && !IsExact(number, digits))
        {
            digits++;
        }

        return digits <= MostDigits ? digits : None;
    }

    /// <summary>A number as a whole number of the digits that it has.</summary>
    internal static long Whole(double number, int digits) => digits == None ? BitConverter.DoubleToInt64Bits(number) : (long)Math.Round(number * PowersOfTen[digits]);

    /// <summary>What <see cref="Whole"/> was given.</summary>
    /// <exception cref="InvalidDataException">There are no so many digits.</exception>
    internal static double Number(long whole, int digits) => digits == None ? BitConverter.Int64BitsToDouble(whole)
        : digits <= MostDigits ? whole / PowersOfTen[digits] : throw new InvalidDataException("stored numbers have an unknown format");

    /// <summary>A sum of numbers of so many digits, which has no more: what adding them made of the last bits is taken away.</summary>
    internal static double Rounded(double sum, int digits) =>
        digits != None && Math.Abs(sum * PowersOfTen[digits]) < 1L << 52 ? Math.Round(sum * PowersOfTen[digits]) / PowersOfTen[digits] : sum;

    private static bool IsExact(double number, int digits)
    {
        var scaled = Math.Round(number * PowersOfTen[digits]);
        return Math.Abs(scaled) < 1L << 52 && BitConverter.DoubleToInt64Bits(scaled / PowersOfTen[digits]) == BitConverter.DoubleToInt64Bits(number);
    }
}
