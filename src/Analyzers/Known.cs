using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Autograd.Analyzers;

/// <summary>What the rules ask of code.</summary>
static class Known
{
    public static bool IsAutograd(this ISymbol? symbol, string name, string space = "Autograd") =>
        symbol is not null && symbol.Name == name && symbol.ContainingNamespace?.ToDisplayString() == space;

    public static bool IsTape(this ITypeSymbol? type) => type.IsAutograd("Tape");

    public static bool IsTensor(this ITypeSymbol? type) =>
        type.IsAutograd("Tensor") || type is IArrayTypeSymbol { ElementType: var element } && element.IsAutograd("Tensor");

    public static bool IsSequence(this ITypeSymbol? type) =>
        type is not null && type.AllInterfaces.Any(one => one.SpecialType == SpecialType.System_Collections_IEnumerable);

    public static bool DerivesFrom(this ITypeSymbol? type, string name)
    {
        for (; type is not null; type = type.BaseType)
            if (type.IsAutograd(name, "Autograd.Layers")) return true;
        return false;
    }

    /// <summary>The operation without the conversions and brackets around it.</summary>
    public static IOperation Bare(this IOperation operation) => operation switch
    {
        IConversionOperation conversion => conversion.Operand.Bare(),
        IParenthesizedOperation bracket => bracket.Operand.Bare(),
        _ => operation,
    };

    /// <summary>The variable or field that an operation reads or writes.</summary>
    public static ISymbol? Target(this IOperation operation) => operation.Bare() switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation property => property.Property,
        _ => null,
    };

    /// <summary>What an operation writes, if it does: an assignment, ++, an out or ref argument.</summary>
    public static IOperation? Written(this IOperation operation) => operation switch
    {
        IAssignmentOperation assignment => assignment.Target,
        IIncrementOrDecrementOperation step => step.Target,
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument => argument.Value,
        _ => null,
    };

    /// <summary>
    /// The tape whose scope a place is in, by the using declarations and statements around it within its own function, and where the scope
    /// is.
    /// </summary>
    public static (string Name, SyntaxNode Scope)? TapeAround(this SemanticModel model, SyntaxNode place)
    {
        for (var (inner, node) = (place, place.Parent); node is not null && !IsFunction(inner); (inner, node) = (node, node.Parent))
        {
            if (node is UsingStatementSyntax statement && statement.Statement == inner)
            {
                if (statement.Declaration is { } declaration && NameIn(model, declaration) is { } name) return (name, statement);
                if (statement.Expression is { } expression && model.GetTypeInfo(expression).Type.IsTape()) return ("tape", statement);
            }
            if (node is not (BlockSyntax or SwitchSectionSyntax or GlobalStatementSyntax or CompilationUnitSyntax)) continue;
            foreach (var before in node.ChildNodes().TakeWhile(child => child != inner))
                if ((before is GlobalStatementSyntax { Statement: var global } ? global : before) is LocalDeclarationStatementSyntax
                    {
                        UsingKeyword.RawKind: (int)SyntaxKind.UsingKeyword,
                    } made && NameIn(model, made.Declaration) is { } tape)
                    return (tape, node);
        }
        return null;
    }

    public static bool IsFunction(SyntaxNode node) =>
        node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax
            or AccessorDeclarationSyntax;

    static string? NameIn(SemanticModel model, VariableDeclarationSyntax declaration) =>
        declaration.Variables.FirstOrDefault(variable =>
            model.GetDeclaredSymbol(variable) is ILocalSymbol { Type: var type } && type.IsTape())?.Identifier.Text;
}
